import CMnl
import Glibc
import TrafficControl

/// The tcx programs of ours at a hook, as the last look has shown them and as they were changed since.
struct OwnPrograms {
  /// Of those that are attached, by the bank of their marks.
  var marks: [UInt32: (mark: ProgramMark, kind: ActionKind)] = [:]

  /// - Parameter ids: all programs at the hook, in the order in which they run.
  func inOrder(of ids: [UInt32]) -> [(bank: UInt32, mark: ProgramMark)] {
    marks.map { (bank: $0.key, mark: $0.value.mark) }.sorted {
      (ids.firstIndex(of: $0.mark.id) ?? .max) < (ids.firstIndex(of: $1.mark.id) ?? .max)
    }
  }
}

extension LinuxKernel {
  public func tcxPrograms(at points: Set<HookPoint>) -> [HookPoint: [TCXProgram]] {
    let own = Set(programs.values.flatMap(\.marks.values).map(\.mark.id))
    var found: [HookPoint: [TCXProgram]] = [:]
    for point in points {
      guard let index = try? table.index(point.device) else { continue }
      do throws(NetlinkFailure) {
        let ids = try TCXHook(interface: index, hook: point.hook).contents().ids.filter { !own.contains($0) }
        if !ids.isEmpty { found[point] = ids.map(TCXProgram.init(of:)) }
      } catch {
        guard error.errno == ENODEV else { return found }
      }
    }
    return found
  }

  /// Finds out which marks stand for programs that are attached.
  ///
  /// - Parameter marks: actions with marks. Those that stand for nothing become a part of the state, and are to go.
  func findPrograms(_ marks: [Action], in state: inout KernelState) {
    programs = [:]
    for (place, actions) in Dictionary(grouping: marks, by: { ProgramMark.Place(actionIndex: $0.key.index) }) {
      let hook = place.map { TCXHook(interface: $0.interface, hook: $0.hook) }
      let name = hook.flatMap { table.name($0.interface) }
      var ids: [UInt32] = []
      if let hook, name != nil {
        do throws(NetlinkFailure) { ids = try hook.contents().ids } catch {
          // Whoever may not ask takes the word of the marks.
          if error.errno == EPERM { ids = actions.compactMap(\.programMark?.id) }
        }
      }
      var found = OwnPrograms()
      for action in actions {
        if let mark = action.programMark, ids.contains(mark.id) {
          found.marks[action.key.index & 1] = (mark, action.key.kind)
        } else {
          state.insert(action)
        }
      }
      guard let hook, let name, let first = found.inOrder(of: ids).first else { continue }
      programs[hook] = found
      let isOnly = found.marks.count == 1 && ids.first == first.mark.id
      let content = CopyProgram.Content.unknown(hash: isOnly ? first.mark.hash : nil)
      state.insert(CopyProgram(HookPoint(name, hook.hook), content, isMarking: first.mark.isMarking))
    }
  }

  /// Puts a program before all others at its hook, and takes away the one whose place it takes.
  ///
  /// Its mark is there before it is. Wherever it ends, every frame is copied once; see ``CopyProgram/Handover``.
  func put(_ program: CopyProgram) throws(NetlinkFailure) {
    let place = try place(of: program)
    let hook = TCXHook(interface: place.interface, hook: place.hook)
    let index: (String) -> UInt32? = { [table] in try? table.index($0) }
    if let missing = program.devices.sorted().first(where: { index($0) == nil }) { throw .missingInterface(missing) }
    guard let hash = program.hash(index) else { throw NetlinkFailure(errno: 0, text: "the program is not known") }
    let predecessor = try leaveOne(at: hook)
    let seed = UInt32.random(in: 0 ... .max)
    let handover = CopyProgram.Handover(
      own: ProgramMark.secret(hash: hash, seed: seed), predecessor: predecessor?.mark.secret, passage: guards.mark)
    guard let code = program.instructions(handover, index) else { throw NetlinkFailure(errno: E2BIG) }
    let loaded = try LoadedProgram(code, name: "mirrorctl", filterName: "")
    let mark = ProgramMark(id: try ProgramInformation(loaded.descriptor).id, hash: hash, seed: seed)
    let bank: UInt32 = predecessor?.bank == 0 ? 1 : 0
    let kind = try write(mark, at: place.actionIndex(bank: bank))
    do throws(NetlinkFailure) { try hook.attachFirst(loaded) } catch {
      _ = socket.transact([ActionRequest.remove([ActionKey(kind, place.actionIndex(bank: bank))])])
      throw error
    }
    programs[hook, default: OwnPrograms()].marks[bank] = (mark, kind)
    if let predecessor { try remove(bank: predecessor.bank, at: hook) }
  }

  /// Takes away what there is of ours at the hook of a program.
  func removeProgram(_ program: CopyProgram) throws(NetlinkFailure) {
    let place = try place(of: program)
    let hook = TCXHook(interface: place.interface, hook: place.hook)
    guard let last = try leaveOne(at: hook) else { return }
    try remove(bank: last.bank, at: hook)
  }

  private func place(of program: CopyProgram) throws(NetlinkFailure) -> ProgramMark.Place {
    let place = ProgramMark.Place(interface: try table.index(program.point.device), hook: program.point.hook)
    guard place.interface < ProgramMark.Place.interfaceLimit else {
      throw NetlinkFailure(
        errno: 0,
        text: "the number of \(program.point.device), \(place.interface), is beyond what marks of programs can tell")
    }
    return place
  }

  /// Where a program was killed in the middle of a change there are two; the second one has nothing to do.
  private func leaveOne(at hook: TCXHook) throws(NetlinkFailure) -> (bank: UInt32, mark: ProgramMark)? {
    guard let found = programs[hook], !found.marks.isEmpty else { return nil }
    let ordered = found.inOrder(of: try hook.contents().ids)
    for other in ordered.dropFirst() { try remove(bank: other.bank, at: hook) }
    return ordered.first
  }

  /// Detaches a program; its mark goes after it.
  private func remove(bank: UInt32, at hook: TCXHook) throws(NetlinkFailure) {
    guard let (mark, kind) = programs[hook]?.marks[bank] else { return }
    try hook.detach(mark.id)
    let place = ProgramMark.Place(interface: hook.interface, hook: hook.hook)
    do throws(NetlinkFailure) {
      try socket.request(ActionRequest.remove([ActionKey(kind, place.actionIndex(bank: bank))]))
    } catch {
      guard error.errno == ENOENT else { throw error }
    }
    programs[hook]?.marks[bank] = nil
  }

  /// Writes a mark, in an action of the first kind that the kernel has.
  private func write(_ mark: ProgramMark, at index: UInt32) throws(NetlinkFailure) -> ActionKind {
    let carriers: [(ActionKind, Action.Operation)] = [(.gact, .gact), (.mirred, .mirred(Mirred(.mirror, to: "lo")))]
    for (kind, operation) in carriers {
      let action = Action(
        index: index, cookie: Cookie(.program(mark)), operation: operation, control: .continue)
      do throws(NetlinkFailure) {
        try socket.request(ActionRequest.replace(action, former: nil, table))
        return kind
      } catch {
        guard kind == .gact, KernelError(error, request: "").cause == .notSupported else { throw error }
      }
    }
    throw NetlinkFailure(errno: EOPNOTSUPP)
  }
}

import NetworkTypes
import TrafficControl

/// Sends frames through the filters of a kernel in memory and tells which copies leave, and by which interfaces.
///
/// Every frame is the one of so many that is sampled, and none exceeds a rate.
public struct FilterSimulator {
  /// A frame that an action sent to an interface which is none of ours, or to a tunnel of ours.
  public struct Emission: Hashable, Sendable {
    public var device: String
    /// By which hook: an interface sends what leaves by `egress` and receives the rest.
    public var direction: Hook
    public var frame: Frame
  }

  private enum Verdict { case goOn, end }

  private let state: KernelState
  private let masks: [FakeKernel.MaskList: [FlowerMatch.Mask]]
  private let filters: [HookPoint: [Filter]]
  private let stages: [String: Device]
  private let indexes: [String: UInt32]

  public init(_ kernel: FakeKernel) {
    state = kernel.host.own
    indexes = kernel.host.interfaces.mapValues(\.index)
    masks = kernel.masks
    filters = Dictionary(grouping: state.filters.values, by: \.key.point).mapValues { list in
      list.sorted { $0.key < $1.key }
    }
    stages = Dictionary(
      uniqueKeysWithValues: state.devices.values.flatMap { device in device.interfaces.map { ($0, device) } })
  }

  /// The copies that the filters at a hook make of a frame.
  public func copies(of frame: Frame, at point: HookPoint) -> [Emission] {
    var emissions: [Emission] = []
    _ = pass(frame, at: point, &emissions, depth: 0)
    return emissions
  }

  /// - Returns: the frame as it goes on; `nil` if it ends here.
  private func pass(_ frame: Frame, at point: HookPoint, _ emissions: inout [Emission], depth: Int) -> Frame? {
    guard depth < 8 else { return nil }
    var frame = frame
    if let program = state.programs[point], !run(program, on: frame, &emissions, depth: depth) { return nil }
    for (_, filters) in Dictionary(grouping: filters[point] ?? [], by: \.key.preference).sorted(by: { $0.key < $1.key })
    {
      switch filters.first?.classifier {
      case .edit(.cut(let cut)): frame.cut(to: Int(cut.length))
      case .edit(.mark(let marking)): frame.mark = marking.value
      default: break
      }
      guard let filter = match(filters, frame) else { continue }
      if case .bpf(let program) = filter.classifier, program.result == .verdict {
        if BPFMachine.run(program, on: frame) == UInt32(bitPattern: Control.continue.rawValue) { continue }
        return BPFMachine.run(program, on: frame) == 2 ? nil : frame
      }
      guard run(filter.actions, on: &frame, at: point, &emissions, depth: depth) == .goOn else { return nil }
    }
    return frame
  }

  /// - Returns: whether the frame goes on.
  private func run(
    _ program: CopyProgram, on frame: Frame, _ emissions: inout [Emission], depth: Int
  ) -> Bool {
    let input = frame.inputDevice.flatMap { indexes[$0] } ?? 0
    guard let code = program.instructions(.init(own: 1), { indexes[$0] }),
      let passage = TranslatedMachine.pass(code, frame, from: input)
    else { return false }
    for copy in passage.copies {
      guard let device = indexes.first(where: { $0.value == copy })?.key else { continue }
      send(frame, from: program.point, to: Mirred(.mirror, to: device), &emissions, depth: depth)
    }
    return passage.verdict == -1
  }

  /// The filter of one preference that decides.
  private func match(_ filters: [Filter], _ frame: Frame) -> Filter? {
    let candidates = filters.filter { filter in
      guard filter.frameProtocol == .all || filter.frameProtocol == frame.outerProtocol else { return false }
      switch filter.classifier {
      case .matchall, .u32MatchAll: return true
      case .edit: return false
      case .guarded(let program, let condition):
        let isMarked = state.programs[filter.key.point]?.isMarking ?? false
        return condition == (isMarked ? .marked : .unmarked)
          && program.map { BPFMachine.run($0, on: frame) != 0 } ?? false
      case .bpf(let program): return program.result == .verdict || BPFMachine.run(program, on: frame) != 0
      case .flower(let match): return isHit(match, frame)
      }
    }
    guard let first = candidates.first, case .flower = first.classifier else { return candidates.first }
    for mask in masks[FakeKernel.MaskList(first.key)] ?? [] {
      let hit = candidates.first { if case .flower(let match) = $0.classifier { match.mask == mask } else { false } }
      if let hit { return hit }
    }
    return nil
  }

  private func isHit(_ match: FlowerMatch, _ frame: Frame) -> Bool {
    if let device = match.inputDevice, device != frame.inputDevice { return false }
    switch match.destination {
    case .group?: return (frame.bytes.first ?? 0) & 1 == 1
    case .broadcast?: return frame.bytes.prefix(6).allSatisfy { $0 == 0xff }
    case nil: return true
    }
  }

  private func run(
    _ actions: [ActionKey], on frame: inout Frame, at point: HookPoint, _ emissions: inout [Emission], depth: Int
  ) -> Verdict {
    for key in actions {
      guard let action = state.actions[key] else { return .end }
      var control = action.control
      switch action.operation {
      case .gact: break
      case .sample(let sampling): control = sampling.control
      case .police(let police): control = police.conform
      case .vlan(.push(let id, let tagProtocol)):
        frame.push(Frame.Tag(id, priority: 0, tagProtocol: tagProtocol))
      case .vlan(.modify(let id, let tagProtocol)): frame.modify(vlan: id, tagProtocol: tagProtocol)
      case .vlan(.pop): frame.pop()
      case .vlan(.pushEthernet(let destination, let source)):
        frame.bytes = destination.octets + source.octets + frame.networkProtocol + frame.bytes
      case .mirred(let target): send(frame, from: point, to: target, &emissions, depth: depth)
      }
      switch control {
      case .pipe: continue
      case .continue: return .goOn
      default: return .end
      }
    }
    return .end
  }

  private func send(
    _ frame: Frame, from point: HookPoint, to target: Mirred, _ emissions: inout [Emission], depth: Int
  ) {
    guard let name = target.device else { return }
    var copy = frame
    copy.inputDevice = point.device
    switch stages[name]?.kind {
    case .dummy: _ = pass(copy, at: HookPoint(name, .egress), &emissions, depth: depth + 1)
    case .veth(let peer):
      guard let sent = pass(copy, at: HookPoint(name, .egress), &emissions, depth: depth + 1) else { return }
      let other = name == peer ? stages[name]?.name ?? name : peer
      _ = pass(sent, at: HookPoint(other, .ingress), &emissions, depth: depth + 1)
    case .tunnel, nil: emissions.append(Emission(device: name, direction: target.direction, frame: copy))
    }
  }
}

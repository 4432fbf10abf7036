import MirrorCompiler
import NetworkTypes
import TrafficControl

/// A kernel in memory: it allows what the real one allows, in the words of the real one, and can be told to fail.
///
/// It is stricter than the real one where that would let something happen which must not: filters of other tools that go
/// with a qdisc, one preference at both hooks of a device, states that steps do not describe.
public final class FakeKernel: Kernel {
  public var host: HostSnapshot
  public var routeTable: [RouteQuestion: Route] = [:]
  public var tcxPrograms: [HookPoint: [TCXProgram]] = [:]
  /// The numbers of the requests that are to fail, counted from 0 from the moment this is set.
  public var failingRequests: Set<Int> = [] {
    didSet { requestCount = 0 }
  }
  /// How many requests there were since ``failingRequests`` was set.
  public private(set) var requestCount = 0
  /// Which other requests fail and how, by their numbers and steps.
  public var fault: (Int, Step) -> KernelError.Cause? = { _, _ in nil }
  /// The numbers of requests that take effect although their answers never come.
  public var lostAnswers: Range<Int> = 0..<0
  /// Which questions fail and how.
  public var blindness: (Question) -> KernelError.Cause? = { _ in nil }
  /// How many questions there were.
  public private(set) var questions = 0
  /// The number of looks that succeed before one fails; `nil`: all do.
  public var looksUntilFailure: Int?
  /// Steps that it accepts without doing anything, as old kernels do with attributes that they do not know.
  public var ignores: (Step) -> Bool = { _ in false }
  /// What it performed, in order.
  public var log: [Step] = []
  /// Interfaces whose hardware takes every filter that it is offered, with every action.
  public var hardware: Set<String> = []
  /// The masks of each flower preference, in the order in which the kernel tries them: that of their creation.
  public internal(set) var masks: [MaskList: [FlowerMatch.Mask]] = [:]

  /// Of the tcx programs of ours, as they were loaded; none where another program is ahead.
  public var hashes: [HookPoint: UInt32] = [:]

  /// One preference at one hook.
  public struct MaskList: Hashable, Sendable {
    public var point: HookPoint
    public var preference: UInt16

    public init(_ key: FilterKey) {
      point = key.point
      preference = key.preference
    }
  }

  /// What can be asked of a kernel.
  public enum Question: CaseIterable, Sendable { case features, snapshot, routes, addresses, program }

  public init(_ host: HostSnapshot = HostSnapshot()) {
    self.host = host
  }

  public func features(among features: Set<Feature>) throws(KernelError) -> Set<Feature> {
    try ask(.features)
    return host.features.intersection(features)
  }

  public func snapshot() throws(KernelError) -> HostSnapshot {
    try ask(.snapshot)
    if let looks = looksUntilFailure {
      looksUntilFailure = looks > 0 ? looks - 1 : nil
      if looks == 0 { throw KernelError(cause: .passing, request: "ip link show", text: "interrupted dump") }
    }
    var snapshot = host
    snapshot.own.bridgePorts = reservedPortFlags
    snapshot.own.programs = host.own.programs.mapValues { program in
      CopyProgram(program.point, .unknown(hash: hashes[program.point]), isMarking: program.isMarking)
    }
    snapshot.routes = [:]
    snapshot.addressedInterfaces = []
    return snapshot
  }

  public func routes(_ questions: Set<RouteQuestion>) throws(KernelError) -> [RouteQuestion: Route] {
    try ask(.routes)
    return routeTable.filter { questions.contains($0.key) }
  }

  public func addressedInterfaces() throws(KernelError) -> Set<String> {
    try ask(.addresses)
    return host.addressedInterfaces
  }

  public func tcxPrograms(at points: Set<HookPoint>) -> [HookPoint: [TCXProgram]] {
    tcxPrograms.filter { points.contains($0.key) }
  }

  /// Knows one expression, which matches everything.
  public func program(for expression: String) throws(KernelError) -> BPFProgram {
    try ask(.program)
    guard expression == Self.expression else {
      throw KernelError(cause: .other, request: "filter \"\(expression)\"", text: "syntax error")
    }
    return .matchAll
  }

  public static let expression = "greater 0"

  public func snapshot(of interfaces: Set<UInt32>) throws(KernelError) -> HostSnapshot {
    let whole = try snapshot()
    var part = HostSnapshot()
    part.interfaces = whole.interfaces.filter { interfaces.contains($0.value.index) }
    let names = Set(part.interfaces.keys)
    part.own.qdiscs = whole.own.qdiscs.intersection(names)
    part.own.filters = whole.own.filters.filter { names.contains($0.key.point.device) }
    part.own.devices = whole.own.devices.filter { !names.isDisjoint(with: $0.value.interfaces) }
    part.foreignFilters = whole.foreignFilters.filter { names.contains($0.key.device) }
    part.filtersInHardware = whole.filtersInHardware.filter { names.contains($0.point.device) }
    return part
  }

  public func perform(_ steps: [Step], names: InterfaceNames, isInterrupted: () -> Bool) -> Execution {
    var execution = Execution(isShown: steps.allSatisfy(\.showsItsOutcome))
    for (position, step) in steps.enumerated() {
      do throws(KernelError) {
        if isInterrupted() { throw error(.interrupted, step, "interrupted") }
        let number = requestCount
        requestCount += 1
        if failingRequests.contains(number) { throw error(.other, step, "injected failure") }
        if let cause = fault(number, step) { throw error(cause, step, "injected failure") }
        try check(step)
        if ignores(step) { execution.isShown = false } else { change(step) }
        log.append(step)
        guard lostAnswers.contains(number) else {
          execution.done.append(step)
          continue
        }
        if !lostAnswers.contains(number + 1) || position == steps.count - 1 {
          throw error(.passing, step, "No buffer space available")
        }
      } catch {
        execution.failure = error
        break
      }
    }
    return execution
  }

  private func ask(_ question: Question) throws(KernelError) {
    questions += 1
    guard let cause = blindness(question) else { return }
    throw KernelError(cause: cause, request: "\(question)", text: "injected failure")
  }

  func error(_ cause: KernelError.Cause, _ step: Step, _ text: String) -> KernelError {
    KernelError(cause: cause, request: step.commands.first ?? "", text: text)
  }

  /// As the real kernel's state is read: a port counts as ours while there is a record of its former flags.
  private var reservedPortFlags: [String: BridgePortFlags] {
    var flags: [String: BridgePortFlags] = [:]
    for action in host.own.actions.values {
      guard case .reservation(_, let index) = action.cookie.content,
        let interface = host.interfaces.values.first(where: { $0.index == index }), let port = interface.bridgePort
      else { continue }
      flags[interface.name] = port.flags
    }
    return flags
  }
}

extension Step {
  /// Whether the real kernel would show what becomes of it.
  fileprivate var showsItsOutcome: Bool {
    switch object {
    case .filter(let filter): filter.offload != .require
    case .action, .qdisc: true
    case .device, .bridgePort, .program: false
    }
  }
}

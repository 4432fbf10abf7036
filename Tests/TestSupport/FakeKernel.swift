import MirrorCompiler
import NetworkTypes
import TrafficControl

/// A kernel in memory: it allows what the real one allows, in the words of the real one, and can be told to fail.
public final class FakeKernel: Kernel {
  public var host: HostSnapshot
  public var routeTable: [IPAddress: String] = [:]
  /// The number of the next request, counted from 0, that is to fail; `nil`: none.
  public var failingRequest: Int?
  /// What it performed, in order.
  public private(set) var log: [Step] = []

  public init(_ host: HostSnapshot = HostSnapshot()) {
    self.host = host
  }

  public func snapshot() throws(KernelError) -> HostSnapshot { host }

  public func routes(to addresses: Set<IPAddress>) throws(KernelError) -> [IPAddress: String] {
    routeTable.filter { addresses.contains($0.key) }
  }

  /// Knows one expression, which matches everything.
  public func program(for expression: String) throws(KernelError) -> BPFProgram {
    guard expression == Self.expression else {
      throw KernelError(cause: .other, request: "filter \"\(expression)\"", text: "syntax error")
    }
    return .matchAll
  }

  public static let expression = "greater 0"

  public func perform(_ steps: [Step], isInterrupted: () -> Bool) -> Execution {
    var execution = Execution()
    for step in steps {
      do throws(KernelError) {
        if isInterrupted() { throw error(.interrupted, step, "interrupted") }
        if let number = failingRequest {
          failingRequest = number > 0 ? number - 1 : nil
          if number == 0 { throw error(.other, step, "injected failure") }
        }
        try check(step)
        change(step)
        log.append(step)
        execution.done.append(step)
      } catch {
        execution.failure = error
        break
      }
    }
    return execution
  }

  private func error(_ cause: KernelError.Cause, _ step: Step, _ text: String) -> KernelError {
    KernelError(cause: cause, request: step.commands.first ?? "", text: text)
  }

  /// The kernel's own conditions.
  private func check(_ step: Step) throws(KernelError) {
    let state = host.own
    switch step {
    case .add(.device(let device)):
      if host.interfaces[device.name] != nil { throw error(.inTheWay, step, "File exists") }
    case .add(.qdisc(let device)):
      guard let interface = host.interfaces[device] else { throw error(.notFound, step, "Cannot find device") }
      if interface.classifierQdisc != Interface.ClassifierQdisc.none {
        throw error(.inTheWay, step, "Exclusivity flag on, cannot modify")
      }
    case .add(.action(let action)):
      if state.actions[action.key] != nil { throw error(.inTheWay, step, "File exists") }
      try checkTarget(of: action, step)
    case .change(_, .action(let action)): try checkTarget(of: action, step)
    case .add(.filter(let filter)): try checkFilter(filter, step)
    case .change(.filter(let old), .filter(let new)):
      if !old.isReplaceable(by: new) { throw error(.inTheWay, step, "Filter already exists") }
      guard state.filters[old.key] != nil else {
        throw error(.notFound, step, "Filter with specified priority/protocol not found")
      }
    case .remove(.filter(let filter)):
      if state.filters[filter.key] == nil { throw error(.notFound, step, "Specified filter handle not found") }
    case .remove(.action(let action)):
      guard state.actions[action.key] != nil else {
        throw error(.notFound, step, "TC action with specified index not found")
      }
      if state.filters.values.contains(where: { $0.actions.contains(action.key) }) {
        throw error(.inTheWay, step, "Failed to delete TC action")
      }
    default: break
    }
  }

  private func checkTarget(of action: Action, _ step: Step) throws(KernelError) {
    guard case .mirred(let target) = action.operation else { return }
    guard let device = target.device, device == "lo" || host.interfaces[device] != nil else {
      throw error(.notFound, step, "No such device")
    }
  }

  private func checkFilter(_ filter: Filter, _ step: Step) throws(KernelError) {
    let state = host.own
    guard let interface = host.interfaces[filter.key.point.device],
      interface.classifierQdisc != Interface.ClassifierQdisc.none
    else { throw error(.notFound, step, "Parent Qdisc doesn't exists") }
    if state.filters[filter.key] != nil { throw error(.inTheWay, step, "Filter already exists") }
    let neighbours = state.filters.values.filter {
      $0.key.point == filter.key.point && $0.key.preference == filter.key.preference
    }
    if neighbours.contains(where: { $0.classifier.kind != filter.classifier.kind || filter.classifier == .matchall }) {
      throw error(.other, step, "Specified filter kind does not match existing one")
    }
    guard filter.actions.allSatisfy({ state.actions[$0] != nil }) else {
      throw error(.notFound, step, "TC action with specified index not found")
    }
  }

  private func change(_ step: Step) {
    host.own.perform(step)
    switch step {
    case .add(.device(let device)): for name in device.interfaces { addInterface(name, of: device) }
    case .remove(.device(let device)): for name in device.interfaces { removeInterface(name) }
    case .add(.qdisc(let device)): host.interfaces[device]?.classifierQdisc = .clsact
    case .remove(.qdisc(let device)): host.interfaces[device]?.classifierQdisc = Interface.ClassifierQdisc.none
    case .change(_, .bridgePort(let port, let flags)): host.interfaces[port]?.bridgePort?.flags = flags
    case .remove(.action(let action)): forgetReservation(action)
    default: break
    }
  }

  private func addInterface(_ name: String, of device: Device) {
    let index = (host.interfaces.values.map(\.index).max() ?? 1) + 1
    var interface = Interface(index: index, name: name)
    interface.alias = device.alias
    host.interfaces[name] = interface
  }

  private func removeInterface(_ name: String) {
    host.interfaces[name] = nil
    host.own.qdiscs.remove(name)
    host.own.filters = host.own.filters.filter { $0.key.point.device != name }
  }

  private func forgetReservation(_ action: Action) {
    guard case .reservation(_, let index) = action.cookie.content,
      let port = host.interfaces.values.first(where: { $0.index == index })
    else { return }
    host.own.bridgePorts[port.name] = nil
  }
}

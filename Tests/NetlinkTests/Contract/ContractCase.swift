import Testing
import TrafficControl

@testable import Netlink

/// One behaviour that every kernel, real or not, has.
///
/// It starts on a kernel that holds nothing of ours and has the Ethernet interfaces `sp0`, `sp1` and `out0`, all up and without
/// any qdisc, of which `sp0` is a port of the bridge `br0`.
struct ContractCase: Sendable, CustomTestStringConvertible {
  var name: String
  var needs: Set<Feature>
  var run: @Sendable (any Kernel) throws -> Void

  init(_ name: String, needs: Set<Feature> = [], _ run: @escaping @Sendable (any Kernel) throws -> Void) {
    self.name = name
    self.needs = needs
    self.run = run
  }

  var testDescription: String { name }

  static let all = tableCases + failureCases + deviceCases + shapingCases + tunnelCases + offloadCases
}

extension Kernel {
  /// Goes from what is there to the state, expecting success, and looks again.
  @discardableResult
  func converge(to state: KernelState, at location: SourceLocation = #_sourceLocation) throws -> HostSnapshot {
    let plan = Plan.difference(from: try snapshot().own, to: state)
    let execution = perform(plan.steps) { false }
    #expect(execution.failure == nil, sourceLocation: location)
    #expect(execution.done == plan.steps, sourceLocation: location)
    let after = try snapshot()
    #expect(after.own == state, sourceLocation: location)
    #expect(Plan.difference(from: after.own, to: state).isEmpty, sourceLocation: location)
    if self is LinuxKernel {
      #expect(execution.isShown == plan.steps.allSatisfy(\.canBeShown), sourceLocation: location)
      try expectTheSameOfInterfaces(after, at: location)
    }
    return after
  }

  /// Expects that looks at all interfaces together and one by one tell what the look at everything does; of qdiscs they are about
  /// clsact only.
  private func expectTheSameOfInterfaces(_ whole: HostSnapshot, at location: SourceLocation) throws {
    for names in [Set(whole.interfaces.keys)] + whole.interfaces.keys.map({ [$0] }) {
      let indexes = names.compactMap { whole.interfaces[$0]?.index }
      let part = try snapshot(of: Set(indexes))
      let expected = whole.interfaces.filter { names.contains($0.key) }.mapValues { interface in
        var known = interface
        known.queues = []
        return known
      }
      let filters = whole.own.filters.filter { names.contains($0.key.point.device) }
      let foreign = whole.foreignFilters.filter { names.contains($0.key.device) }
      let inHardware = whole.filtersInHardware.filter { names.contains($0.point.device) }
      #expect(part.interfaces == expected, sourceLocation: location)
      #expect(part.own.qdiscs == whole.own.qdiscs.intersection(names), sourceLocation: location)
      #expect(part.own.filters == filters, sourceLocation: location)
      #expect(part.foreignFilters == foreign, sourceLocation: location)
      #expect(part.filtersInHardware == inHardware, sourceLocation: location)
    }
  }
}

extension Kernel {
  /// Expects that of ours it holds just this.
  func expect(_ state: KernelState, at location: SourceLocation = #_sourceLocation) throws {
    let own = try snapshot().own
    #expect(own == state, sourceLocation: location)
  }
}

/// The values that the cases are about.
enum Sample {
  static func mirror(
    _ number: UInt32 = 1, to device: String? = "out0", _ mode: Mirred.Mode = .mirror, control: Control = .continue
  ) -> Action {
    Action(
      index: 0x5000_0000 + number, cookie: Cookie(.object(.counterWithHeader, owner: 7)),
      operation: .mirred(Mirred(mode, to: device)), control: control)
  }

  static func filter(
    _ classifier: Classifier, _ actions: [Action], at hook: Hook = .ingress, on device: String = "sp0",
    preference: UInt16 = 100, handle: UInt32? = nil
  ) -> Filter {
    let handle = handle ?? (classifier == .u32MatchAll ? 0x8000_0001 : 1)
    let key = FilterKey(HookPoint(device, hook), preference: preference, handle: handle)
    return Filter(key: key, classifier: classifier, actions: actions.map(\.key))
  }

  static func state(
    _ actions: [Action] = [], _ filters: [Filter] = [], qdiscs: Set<String> = ["sp0"], devices: [Device] = []
  ) -> KernelState {
    var state = KernelState()
    state.qdiscs = qdiscs
    for action in actions { state.insert(action) }
    for filter in filters { state.insert(filter) }
    for device in devices { state.insert(device) }
    return state
  }
}

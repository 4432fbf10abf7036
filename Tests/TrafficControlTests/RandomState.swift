import NetworkTypes
import TestSupport
import TrafficControl

/// Makes kernel states that a kernel could hold, on interfaces `p0`...`p3`.
struct RandomState {
  static let ports = ["p0", "p1", "p2", "p3"]

  /// Whether the policy of offloading of an action is the same in all states, so that it never has to be made anew.
  enum Policies { case fixed, free }

  private let policies: Policies
  private var generator: SeededGenerator
  private var state = KernelState()

  static func make(using generator: inout SeededGenerator, policies: Policies = .fixed) -> KernelState {
    var maker = RandomState(generator: SeededGenerator(seed: generator.next()), policies: policies)
    maker.addDevices()
    maker.addActions()
    let interfaces = ports + maker.state.devices.values.flatMap(\.interfaces).sorted()
    for interface in interfaces { maker.addFilters(to: interface) }
    for port in ports { maker.state.bridgePorts[port] = BridgePortFlags(rawValue: maker.number(16)) }
    maker.addPrograms()
    return maker.state
  }

  private init(generator: SeededGenerator, policies: Policies) {
    self.generator = generator
    self.policies = policies
  }

  /// A kernel with the ports that already holds a state.
  static func kernel(holding state: KernelState) -> FakeKernel {
    var host = HostSnapshot()
    for (number, name) in (["lo"] + ports).enumerated() {
      var interface = Interface(index: UInt32(number + 1), name: name)
      if ports.contains(name) {
        interface.bridgePort = BridgePort()
        interface.bridgePort?.flags = state.bridgePorts[name] ?? []
      }
      host.interfaces[name] = interface
    }
    let kernel = FakeKernel(host)
    var rest = state
    rest.bridgePorts = [:]
    _ = kernel.perform(Plan.difference(from: KernelState(), to: rest).steps) { false }
    kernel.host.own.bridgePorts = state.bridgePorts
    return kernel
  }

  private mutating func number<Number: FixedWidthInteger>(_ bound: Int) -> Number {
    Number(generator.number(below: bound))
  }

  private mutating func addDevices() {
    let alias = Device.aliasPrefix + "test"
    for name in generator.subset(of: ["d0", "d1"]) { state.insert(Device(name: name, kind: .dummy, alias: alias)) }
    if generator.happens(oneIn: 2) {
      let offload: Device.Offload = generator.happens(oneIn: 2) ? .off : .on
      state.insert(Device(name: "v0", kind: .veth(peer: "v0p"), mtu: 65535, alias: alias, offload: offload))
    }
    if generator.happens(oneIn: 2) {
      let tunnel = Tunnel(
        .gretap(key: nil), remote: .v4([10, 0, 0, number(2)]), ttl: 1 + number(3), tos: number(2))
      state.insert(Device(name: "g0", kind: .tunnel(tunnel), mtu: 65000, alias: alias))
    }
  }

  private mutating func addActions() {
    let targets = Self.ports + state.devices.values.flatMap(\.interfaces).sorted()
    for index in generator.subset(of: Array(UInt32(1)...8)) {
      let operation: Action.Operation =
        switch generator.number(below: 7) {
        case 0: .gact
        case 3: .sample(Sampling(.counted, oneIn: number(100), control: .pipe))
        case 4: .police(Police(rate: 1000 * number(3), burst: 131_072))
        case 1: .vlan(.pop)
        case 2: .vlan(.push(id: number(4094), tagProtocol: .dot1Q))
        default: .mirred(Mirred(.mirror, to: targets[generator.number(below: targets.count)]))
        }
      let isOff = policies == .fixed ? index % 4 == 0 : generator.happens(oneIn: 4)
      let control: Control = generator.happens(oneIn: 2) ? .continue : .pipe
      state.insert(
        Action(
          index: 0x5000_0000 | index, cookie: Cookie(.object(.step, owner: number(2))), operation: operation,
          control: control, offload: isOff ? .off : .auto))
    }
  }

  private mutating func addPrograms() {
    let targets: [String?] = [nil] + state.devices.values.flatMap(\.interfaces).sorted()
    for point in Self.ports.flatMap({ port in Hook.allCases.map { HookPoint(port, $0) } })
    where generator.happens(oneIn: 3) {
      let sections = (0...generator.number(below: 2)).map { slot in
        let decisions = generator.subset(of: Self.matches).map { match in
          CopyProgram.Decision(
            match: match, frames: generator.happens(oneIn: 3) ? .matchAll : nil,
            device: targets[generator.number(below: targets.count)])
        }
        return CopyProgram.Section(slot: UInt16(slot), decisions: decisions)
      }
      let program = CopyProgram(point, sections: sections)
      state.insert(generator.happens(oneIn: 5) ? program.marking : program)
    }
  }

  private mutating func addFilters(to device: String) {
    for hook in Hook.allCases where generator.happens(oneIn: 2) {
      for place in 0..<4 where generator.happens(oneIn: 2) {
        let preference = UInt16(2 * place + (hook == .ingress ? 1 : 2))
        addFilters(at: HookPoint(device, hook), preference: preference)
      }
    }
    if state.filters.keys.contains(where: { $0.point.device == device }) { state.qdiscs.insert(device) }
  }

  private mutating func addFilters(at point: HookPoint, preference: UInt16) {
    let frameProtocol: EtherType = generator.happens(oneIn: 3) ? .dot1Q : .all
    let kind = generator.number(below: 9)
    let matches = generator.subset(of: Self.matches).prefix(4)
    let classifiers: [Classifier] =
      switch kind {
      case 0: [.matchall]
      case 1: [.u32MatchAll]
      case 2: [.bpf(.matchAll)]
      case 3: [.bpf(.drop)]
      case 4: [.edit(.cut(Truncation(length: 64 + number(2))))]
      case 5: [.bpf(.matchAll), .bpf(BPFProgram([.init(0x06, 0, 0, 1)]))]
      case 6: [.guarded(.matchAll, generator.happens(oneIn: 2) ? .marked : .unmarked)]
      default: matches.map { .flower($0) }
      }
    for classifier in classifiers {
      let isTruncation = if case .edit = classifier { true } else { false }
      let isVerdict = isTruncation || classifier == .bpf(.drop)
      let offload: OffloadPolicy = generator.happens(oneIn: 4) ? .off : .auto
      let bound = isVerdict ? [] : actions(classifier.kind == "bpf" ? .auto : offload)
      guard isVerdict != !bound.isEmpty else { continue }
      let handle = classifier == .u32MatchAll ? Filter.u32Handle : freeHandle(at: point, preference)
      state.insert(
        Filter(
          key: FilterKey(point, preference: preference, handle: handle), frameProtocol: frameProtocol,
          classifier: classifier, actions: bound, offload: offload))
    }
  }

  private static let matches = ["p0", "p1", nil].flatMap { device in
    [FlowerMatch.Destination.group, nil].map { FlowerMatch(inputDevice: device, destination: $0) }
  }

  private mutating func actions(_ offload: OffloadPolicy) -> [ActionKey] {
    let keys = state.actions.values.filter { $0.offload == offload }.map(\.key).sorted()
    guard !keys.isEmpty else { return [] }
    return (0...generator.number(below: 2)).map { _ in keys[generator.number(below: keys.count)] }
  }

  private mutating func freeHandle(at point: HookPoint, _ preference: UInt16) -> UInt32 {
    var handle: UInt32 = 1 + number(3)
    while state.filters[FilterKey(point, preference: preference, handle: handle)] != nil { handle += 1 }
    return handle
  }
}

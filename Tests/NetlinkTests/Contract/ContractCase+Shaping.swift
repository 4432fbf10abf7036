import NetworkTypes
import Testing
import TrafficControl

extension ContractCase {
  private static let alias = Device.aliasPrefix + "lab/m0"

  private static func action(_ operation: Action.Operation, _ control: Control = .continue) -> Action {
    Action(index: 0x5000_0001, cookie: Cookie(.object(.step, owner: 7)), operation: operation, control: control)
  }

  /// What chooses, limits and shapes copies is read back as it was asked for and changes in place.
  static let shapingCases = [
    ContractCase("samples", needs: [.gactProbability, .bpf, .mirred]) { kernel in
      let mirror = Sample.mirror()
      let operations: [Action.Operation] = [
        .sample(Sampling(.counted, oneIn: 65535, control: .pipe)),
        .sample(Sampling(.random, oneIn: 2, control: .pipe)), .gact,
        .sample(Sampling(.counted, oneIn: 1, control: .drop)),
      ]
      for operation in operations {
        let actions = [action(operation), mirror]
        try kernel.converge(to: Sample.state(actions, [Sample.filter(.bpf(.matchAll), actions)]))
      }
      try kernel.converge(to: KernelState())
    },
    ContractCase("rates", needs: [.police, .bpf, .mirred]) { kernel in
      let mirror = Sample.mirror()
      for rate in [UInt64(1), 8_000, 999_999, 12_500_000, 25_000_000, 1_250_000_000, 5_000_000_000, 50_000_000_000] {
        for burst in [1514, Police.defaultBurst(rate: rate)] {
          let actions = [action(.police(Police(rate: rate, burst: burst))), mirror]
          try kernel.converge(to: Sample.state(actions, [Sample.filter(.bpf(.matchAll), actions)]))
        }
      }
      let police = Police(rate: 1000, burst: 2000, mtu: 1514, conform: .continue)
      try kernel.converge(to: Sample.state([action(.police(police), .drop)], qdiscs: []))
      try kernel.converge(to: KernelState())
    },
    ContractCase("Ethernet headers", needs: [.ethernetHeader]) { kernel in
      for (destination, source) in [(1, 2), (0xffff_ffff_ffff, 3)] as [(UInt64, UInt64)] {
        let push = VLANEdit.pushEthernet(destination: MACAddress(destination), source: MACAddress(source))
        try kernel.converge(to: Sample.state([action(.vlan(push), .pipe)], qdiscs: []))
      }
      try kernel.converge(to: KernelState())
    },
    ContractCase("programs that cut", needs: [.ebpf, .bpf, .mirred, .dummy]) { kernel in
      let mirror = Sample.mirror()
      let stage = Device(name: "mct0", kind: .dummy, alias: alias)
      func state(_ classifier: Classifier) -> KernelState {
        let isMatch = classifier == .bpf(.matchAll)
        let filters = [
          Sample.filter(classifier, isMatch ? [mirror] : [], at: .egress, on: "mct0", preference: 1),
          Sample.filter(.bpf(.matchAll), [mirror], at: .egress, on: "mct0", preference: 2),
        ]
        return Sample.state([mirror], filters, qdiscs: ["mct0"], devices: [stage])
      }
      for length in [UInt16(14), 96, 255, 256, 65535] {
        try kernel.converge(to: state(.edit(.cut(Truncation(length: length)))))
      }
      try kernel.converge(to: state(.bpf(.matchAll)))
      try kernel.converge(to: state(.edit(.cut(Truncation(length: 128)))))
      try kernel.converge(to: KernelState())
    },
    ContractCase("hops that make wire frames", needs: [.veth]) { kernel in
      let plain = Device(name: "mct0", kind: .veth(peer: "mct0p"), alias: alias)
      var normal = plain
      normal.offload = .off
      for device in [normal, plain, normal] {
        try kernel.converge(to: Sample.state(qdiscs: ["mct0p"], devices: [device]))
      }
      try kernel.converge(to: KernelState())
    },
  ]
}

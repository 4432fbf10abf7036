import NetworkTypes
import Testing
import TrafficControl

extension ContractCase {
  /// What a kernel refuses, in which words, and what it does all the same.
  static let failureCases = [
    ContractCase("what follows a refused step in a batch is reported", needs: [.bpf, .mirred]) { kernel in
      let mirror = Sample.mirror()
      let filter = Sample.filter(.bpf(.matchAll), [mirror])
      let other = Sample.filter(.bpf(.matchAll), [mirror], at: .egress)
      try kernel.converge(to: Sample.state([mirror], [filter]))
      let execution = kernel.perform([.add(.filter(filter)), .add(.filter(other))]) { false }
      let failure = try #require(execution.failure)
      #expect(failure.cause == .inTheWay)
      #expect(failure.request.hasPrefix("tc filter add dev sp0 ingress"))
      let own = try kernel.snapshot().own
      #expect(own == Plan(execution.done).applied(to: Sample.state([mirror], [filter])))
      try kernel.converge(to: KernelState())
    },
    ContractCase("a missing interface is named", needs: [.mirred]) { kernel in
      for step in [
        Step.add(.qdisc(device: "gone")), .add(.action(Sample.mirror(to: "gone"))),
        .add(.filter(Sample.filter(.bpf(.matchAll), [], on: "gone"))),
      ] {
        let execution = kernel.perform([step]) { false }
        #expect(execution.done.isEmpty)
        #expect(execution.failure?.cause == .notFound)
        #expect(execution.failure?.text.contains("gone") ?? false)
      }
      try kernel.expect(KernelState())
    },
    ContractCase("a filter whose qdisc went with its interface finds none", needs: [.bpf, .mirred]) { kernel in
      let mirror = Sample.mirror()
      try kernel.converge(to: Sample.state([mirror], qdiscs: []))
      let execution = kernel.perform([.add(.filter(Sample.filter(.bpf(.matchAll), [mirror])))]) { false }
      #expect(execution.failure?.cause == .notFound)
      try kernel.converge(to: KernelState())
    },
    ContractCase("flags of what is no port of a bridge are not found", needs: [.bpf, .mirred]) { kernel in
      let usual = KernelObject.bridgePort(name: "sp1", flags: .usual)
      let reserved = KernelObject.bridgePort(name: "sp1", flags: .reserved)
      let execution = kernel.perform([.change(from: usual, to: reserved)]) { false }
      #expect(execution.failure?.cause == .notFound)
      try kernel.expect(KernelState())
    },
    ContractCase("an unknown target is refused", needs: [.mirred]) { kernel in
      let execution = kernel.perform([.add(.action(Sample.mirror(to: nil)))]) { false }
      #expect(execution.failure?.cause == .notFound)
    },
    ContractCase("binding creates no action", needs: [.bpf, .mirred]) { kernel in
      try kernel.converge(to: Sample.state())
      for kind in ActionKind.allCases {
        var filter = Sample.filter(.bpf(.matchAll), [])
        filter.actions = [ActionKey(kind, 0x5000_0009)]
        let execution = kernel.perform([.add(.filter(filter))]) { false }
        #expect(execution.failure != nil)
        if kind == .mirred { #expect(execution.failure?.cause == .notFound) }
        let after = try kernel.snapshot()
        #expect(after.own == Sample.state())
        #expect(after.foreignActions.isEmpty)
      }
      try kernel.converge(to: KernelState())
    },
    ContractCase("a bound action stays", needs: [.bpf, .mirred]) { kernel in
      let mirror = Sample.mirror()
      let state = Sample.state([mirror], [Sample.filter(.bpf(.matchAll), [mirror])])
      try kernel.converge(to: state)
      let execution = kernel.perform([.remove(.action(mirror))]) { false }
      #expect(execution.failure?.cause == .inTheWay)
      try kernel.expect(state)
      try kernel.converge(to: KernelState())
    },
    ContractCase("an action index is taken once", needs: [.mirred]) { kernel in
      try kernel.converge(to: Sample.state([Sample.mirror()], qdiscs: []))
      let execution = kernel.perform([.add(.action(Sample.mirror(to: "sp1")))]) { false }
      #expect(execution.failure?.cause == .inTheWay)
      try kernel.converge(to: KernelState())
    },
    ContractCase("a handle of u32 is taken once", needs: [.u32]) { kernel in
      let filter = Sample.filter(.u32MatchAll, [])
      try kernel.converge(to: Sample.state())
      let execution = kernel.perform([.add(.filter(filter)), .add(.filter(filter))]) { false }
      #expect(execution.done == [.add(.filter(filter))])
      #expect(execution.failure?.cause == .inTheWay)
      #expect(kernel.perform([.remove(.filter(filter))]) { false }.failure == nil)
      try kernel.converge(to: KernelState())
    },
    ContractCase("what is gone is not found", needs: [.bpf, .mirred]) { kernel in
      try kernel.converge(to: Sample.state())
      let filter = Sample.filter(.bpf(.matchAll), [])
      for step in [Step.remove(.filter(filter)), .remove(.action(Sample.mirror()))] {
        #expect(kernel.perform([step]) { false }.failure?.cause == .notFound)
      }
      try kernel.converge(to: KernelState())
    },
    ContractCase("a bad program is refused", needs: [.bpf]) { kernel in
      try kernel.converge(to: Sample.state())
      let filter = Sample.filter(.bpf(BPFProgram([.init(0x15, 9, 9, 0)])), [])
      let failure = kernel.perform([.add(.filter(filter))]) { false }.failure
      #expect(failure?.text.contains("BPF program") ?? false)
      try kernel.converge(to: KernelState())
    },
    ContractCase("an interrupt stops before the next request") { kernel in
      let execution = kernel.perform([.add(.qdisc(device: "sp0"))]) { true }
      #expect(execution.done.isEmpty)
      #expect(execution.failure?.cause == .interrupted)
    },
    ContractCase("a qdisc that exists is not marked as ours") { kernel in
      try kernel.converge(to: Sample.state())
      let execution = kernel.perform([.add(.qdisc(device: "sp1")), .add(.qdisc(device: "sp0"))]) { false }
      #expect(execution.failure?.cause == .inTheWay)
      #expect(execution.done == [.add(.qdisc(device: "sp1"))])
      try kernel.converge(to: KernelState())
    },
  ]
}

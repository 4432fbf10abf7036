import NetworkTypes
import Testing
import TrafficControl

extension ContractCase {
  /// Qdiscs, actions and filters are read back as they were asked for, change in place and go without a trace.
  static let tableCases = [
    ContractCase("bpf mirrors", needs: [.bpf, .mirred]) { kernel in
      let mirror = Sample.mirror()
      let isARP = [BPFProgram.Instruction(0x28, 0, 0, 12), .init(0x15, 0, 1, 0x0806), .init(6, 0, 0, .max)]
      let program = BPFProgram(isARP + [.init(6, 0, 0, 0)])
      let filters = [Sample.filter(.bpf(program), [mirror]), Sample.filter(.bpf(.matchAll), [mirror], at: .egress)]
      try kernel.converge(to: Sample.state([mirror], filters))
      try kernel.converge(to: Sample.state([mirror], [Sample.filter(.bpf(.matchAll), [mirror])]))
      try kernel.converge(to: KernelState())
    },
    ContractCase("bpf drop", needs: [.bpf]) { kernel in
      let drop = Sample.filter(.bpf(.drop), [], preference: 65000, handle: Filter.dropHandle)
      try kernel.converge(to: Sample.state([], [drop]))
      try kernel.converge(to: KernelState())
    },
    ContractCase("u32 mirrors at several preferences", needs: [.u32, .mirred]) { kernel in
      let (one, two) = (Sample.mirror(1), Sample.mirror(2))
      let filters = (0..<4).map {
        Sample.filter(.u32MatchAll, [one], at: $0 < 2 ? .ingress : .egress, preference: 100 + UInt16($0))
      }
      try kernel.converge(to: Sample.state([one, two], filters))
      let changed = filters.map { filter in
        var filter = filter
        filter.actions = [two.key]
        return filter
      }
      try kernel.converge(to: Sample.state([one, two], changed))
      try kernel.converge(to: Sample.state([two], Array(changed.dropFirst())))
      try kernel.converge(to: KernelState())
    },
    ContractCase("matchall mirrors", needs: [.matchall, .mirred]) { kernel in
      let (one, two) = (Sample.mirror(1), Sample.mirror(2, to: "sp1"))
      let state = Sample.state([one, two], [Sample.filter(.matchall, [one])])
      try kernel.converge(to: state)
      try kernel.converge(to: Sample.state([one, two], [Sample.filter(.matchall, [two])]))
      try kernel.converge(to: KernelState())
    },
    ContractCase("flower mirrors", needs: [.flower, .mirred]) { kernel in
      let mirror = Sample.mirror()
      let matches = [
        FlowerMatch(inputDevice: "sp1", destination: .group), FlowerMatch(inputDevice: "sp1"),
        FlowerMatch(destination: .group),
      ]
      let filters = matches.enumerated().map { position, match in
        Sample.filter(.flower(match), [mirror], at: .egress, handle: UInt32(position + 1))
      }
      try kernel.converge(to: Sample.state([mirror], filters))
      try kernel.converge(to: Sample.state([mirror], Array(filters.prefix(1))))
      try kernel.converge(to: KernelState())
    },
    ContractCase("a chain of actions", needs: [.bpf, .mirred, .vlan, .gact]) { kernel in
      let cookie = Cookie(.object(.step, owner: 7))
      let push = Action(
        index: 0x5000_0001, cookie: cookie, operation: .vlan(.push(id: 111, tagProtocol: .dot1Q)), control: .pipe)
      let pop = Action(index: 0x5000_0002, cookie: cookie, operation: .vlan(.pop), control: .pipe)
      let count = Action(index: 0x5000_0001, cookie: cookie, operation: .gact, control: .pipe)
      let end = Action(index: 0x5000_0002, cookie: cookie, operation: .gact, control: .trap)
      let mirror = Sample.mirror(control: .pipe)
      let actions = [count, push, mirror, pop, end]
      let filter = Sample.filter(.bpf(.matchAll), actions)
      try kernel.converge(to: Sample.state(actions, [filter]))
      var modify = push
      modify.operation = .vlan(.modify(id: 112, tagProtocol: .dot1AD))
      try kernel.converge(to: Sample.state([count, modify, mirror, pop, end], [filter]))
      try kernel.converge(to: KernelState())
    },
    ContractCase("records", needs: [.gact]) { kernel in
      let page = Action(
        index: 0x5fff_0001, cookie: Cookie(.page(Array("lab".utf8))), operation: .gact, control: .continue)
      try kernel.converge(to: Sample.state([page], qdiscs: []))
      try kernel.converge(to: KernelState())
    },
    ContractCase("an action changes its target in place", needs: [.bpf, .mirred]) { kernel in
      let mirrors = [Sample.mirror(to: "out0"), Sample.mirror(to: "sp1"), Sample.mirror(to: "out0", .redirect)]
      for mirror in mirrors {
        try kernel.converge(to: Sample.state([mirror], [Sample.filter(.bpf(.matchAll), [mirror])]))
      }
      try kernel.converge(to: KernelState())
    },
  ]
}

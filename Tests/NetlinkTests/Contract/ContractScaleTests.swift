import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// Large programs and many filters.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct ContractScaleTests {
  /// The interfaces stay down: with frames of their own, 1,500 filters would make a storm of them.
  private func lab(_ body: (LinuxKernel) throws -> Void) throws {
    try ScratchNamespace.run {
      try shell("ip link add sp0 type veth peer name sp0x; ip link add out0 type veth peer name out0x")
      try body(try LinuxKernel())
    }
  }

  /// The kernel says what it deletes, so a filter that is longer than the room for that could be made and never go.
  @Test(arguments: [400, 1000, 3500]) func longPrograms(_ length: Int) throws {
    try lab { kernel in
      let load = BPFProgram.Instruction(0x30, 0, 0, 0)
      let program = BPFProgram([BPFProgram.Instruction](repeating: load, count: length - 1) + [.init(6, 0, 0, .max)])
      let mirror = Sample.mirror()
      try kernel.converge(to: Sample.state([mirror], [Sample.filter(.bpf(program), [mirror])]))
      try kernel.converge(to: KernelState())
    }
  }

  private func pages(_ count: Int) -> [Action] {
    (0..<count).map { number in
      Action(
        index: 0x6000_0000 + UInt32(number), cookie: Cookie(.page([1, UInt8(number + 1)])),
        operation: .mirred(Mirred(.mirror, to: "lo")), control: .continue)
    }
  }

  /// Pages of a record go out many in a message; what the kernel does to a message, it does to all of its pages.
  @Test func pagesThatAreInTheWay() throws {
    try lab { kernel in
      let pages = pages(100)
      try kernel.converge(to: Sample.state([pages[40]], qdiscs: []))
      let adding = kernel.perform(pages.map { .add(.action($0)) }) { false }
      #expect(adding.failure?.cause == .inTheWay)
      #expect(adding.done == pages[..<32].map { .add(.action($0)) } + pages[64...].map { .add(.action($0)) })
      try kernel.expect(Plan(adding.done).applied(to: Sample.state([pages[40]], qdiscs: [])))
      let removing = kernel.perform(pages.map { .remove(.action($0)) }) { false }
      #expect(removing.failure?.cause == .notFound)
      try kernel.expect(
        Plan(removing.done).applied(to: Sample.state(pages[..<32] + [pages[40]] + pages[64...], qdiscs: [])))
      #expect(removing.done.count == 68)
      try kernel.converge(to: KernelState())
    }
  }

  /// A zero ends what is read of a page, so that this one comes back as another.
  @Test func whatIsHeldOtherwiseIsNotShown() throws {
    try lab { kernel in
      var page = pages(1)[0]
      #expect(kernel.perform([.add(.action(page))]) { false }.isShown)
      page.cookie = Cookie(.page([1, 0, 2]))
      let execution = kernel.perform([.change(from: .action(pages(1)[0]), to: .action(page))]) { false }
      #expect(execution.failure == nil)
      #expect(!execution.isShown)
      try kernel.converge(to: KernelState())
    }
  }

  /// Where no preference is asked for, the kernel chooses one.
  @Test func aFilterElsewhereIsNotShown() throws {
    try lab { kernel in
      let mirror = Sample.mirror()
      try kernel.converge(to: Sample.state([mirror]))
      for (preference, isShown) in [(100, true), (0, false)] as [(UInt16, Bool)] {
        let filter = Sample.filter(.bpf(.matchAll), [mirror], preference: preference)
        let execution = kernel.perform([.add(.filter(filter))]) { false }
        #expect(execution.failure == nil)
        #expect(execution.isShown == isShown, "\(preference)")
      }
      try kernel.converge(to: KernelState())
    }
  }

  @Test func manyFilters() throws {
    try lab { kernel in
      let mirror = Sample.mirror()
      let filters = (1...1500).map {
        Sample.filter(.bpf(.matchAll), [mirror], preference: 100 + UInt16($0 % 10), handle: $0)
      }
      try kernel.converge(to: Sample.state([mirror], filters))
      try kernel.converge(to: KernelState())
    }
  }

  /// How many programs the filters at the hook share; those with a classic program of their own are not counted.
  private func sharedPrograms() throws -> Int {
    let words = try shell("tc filter show dev sp0 ingress").split { " \n".contains($0) }
    return Set(words.indices.filter { words[$0] == "id" }.map { words[$0 + 1] }).count
  }

  @Test("Filters share programs where there are many; each kind takes the place of the other")
  func sharing() throws {
    try lab { kernel in
      let mirror = Sample.mirror()
      let some = BPFProgram([
        .init(0x28, 0, 0, 0xffff_f02c), .init(0x15, 0, 1, 7), .init(6, 0, 0, .max), .init(6, 0, 0, 0),
      ])
      func state(_ count: UInt32, _ program: BPFProgram, verdicts: UInt32 = 0) -> KernelState {
        let filters = (1...count).map { Sample.filter(.bpf(program), [mirror], handle: $0) }
        let drops = (0..<verdicts).map {
          Sample.filter(.bpf(.drop), [], preference: 200, handle: Filter.dropHandle + $0)
        }
        return Sample.state([mirror], filters + drops)
      }
      let few = UInt32(ProgramSharing.threshold - 1)
      try kernel.converge(to: state(few, .matchAll))
      #expect(try sharedPrograms() == 0)
      try kernel.converge(to: state(few + 10, .matchAll))
      #expect(try sharedPrograms() == 1, "the new ones")
      try kernel.converge(to: state(few + 10, some))
      #expect(try sharedPrograms() == 1, "all")
      try kernel.converge(to: state(few + 10, some, verdicts: 1))
      #expect(try sharedPrograms() == 2)
      try kernel.converge(to: state(few + 10, .matchAll))
      try kernel.converge(to: state(few, .matchAll))
      #expect(try sharedPrograms() == 1, "what stays is left alone")
      try kernel.converge(to: state(few, some))
      #expect(try sharedPrograms() == 0)
      try kernel.converge(to: KernelState())
    }
  }

  @Test("Filters that come and go one by one count as well, without a look in between")
  func sharingOneByOne() throws {
    try lab { kernel in
      let mirror = Sample.mirror()
      try kernel.converge(to: Sample.state([mirror]))
      let filters = (1...UInt32(ProgramSharing.threshold)).map { Sample.filter(.bpf(.matchAll), [mirror], handle: $0) }
      for filter in filters.dropLast() { #expect(kernel.perform([.add(.filter(filter))]) { false }.failure == nil) }
      #expect(try sharedPrograms() == 0)
      let last = try #require(filters.last)
      for step in [Step.remove(.filter(filters[0])), .add(.filter(filters[0]))] {
        #expect(kernel.perform([step]) { false }.failure == nil)
      }
      #expect(try sharedPrograms() == 0)
      #expect(kernel.perform([.add(.filter(last))]) { false }.failure == nil)
      #expect(try sharedPrograms() == 1)
      try kernel.converge(to: KernelState())
    }
  }

  @Test("Where a program cannot be shared, each of many filters has its own")
  func unshared() throws {
    try lab { kernel in
      let mirror = Sample.mirror()
      let load = BPFProgram.Instruction(0x30, 0, 0, 0)
      let long = BPFProgram([BPFProgram.Instruction](repeating: load, count: 200) + [.init(6, 0, 0, .max)])
      // The verifier takes no program of which a part is never reached.
      let idle = BPFProgram([.init(5, 0, 0, 1), load, .init(6, 0, 0, .max)])
      let count = UInt32(ProgramSharing.threshold)
      for program in [long, idle] {
        let filters = (1...count).map { Sample.filter(.bpf(program), [mirror], handle: $0) }
        try kernel.converge(to: Sample.state([mirror], filters))
        #expect(try sharedPrograms() == 0)
        try kernel.converge(
          to: Sample.state([mirror], filters.map { Sample.filter(.bpf(.matchAll), [mirror], handle: $0.key.handle) }))
        #expect(try sharedPrograms() == 1)
      }
      try kernel.converge(to: KernelState())
    }
  }
}

import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// Guarded filters as the kernel takes and tells them.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct GuardLinuxTests {
  private static let action = Action(
    index: 0x5000_0010, cookie: Cookie(.object(.counterWithHeader, owner: 1)),
    operation: .mirred(Mirred(.mirror, to: "lo")), control: .continue)

  private func lab(_ body: (LinuxKernel) throws -> Void) throws {
    try ScratchNamespace.run {
      try shell("ip link add sp0 type veth peer name sp0x; ip link set sp0 up; ip link set sp0x up")
      let kernel = try LinuxKernel()
      _ = try kernel.snapshot()
      guard try kernel.features(among: [.tcx, .mirred, .bpf]) == [.tcx, .mirred, .bpf] else {
        try Test.cancel("this kernel lacks tcx, cls_bpf or act_mirred")
      }
      try body(kernel)
    }
  }

  private func filter(_ hook: Hook, _ classifier: Classifier) -> Filter {
    Filter(
      key: FilterKey(HookPoint("sp0", hook), preference: hook == .ingress ? 512 : 513, handle: 1),
      classifier: classifier, actions: [Self.action.key])
  }

  private func perform(_ steps: [Step], on kernel: LinuxKernel) throws {
    if let failure = kernel.perform(steps, isInterrupted: { false }).failure { throw failure }
  }

  @Test("A filter gets and loses guards in place, and a look tells them", arguments: Hook.allCases)
  func life(hook: Hook) throws {
    try lab { kernel in
      let expression = try kernel.program(for: "vlan 7 and udp[10:2] = 5 or ip[0] & 0xf != 5")
      for program in [.matchAll, expression] {
        var present = filter(hook, .bpf(program))
        try perform([.add(.qdisc(device: "sp0")), .add(.action(Self.action)), .add(.filter(present))], on: kernel)
        for classifier: Classifier in [
          .guarded(program, .unmarked), .guarded(program, .unmarked), .guarded(program, .marked), .bpf(program),
        ] {
          let next = filter(hook, classifier)
          try perform([.change(from: .filter(present), to: .filter(next))], on: kernel)
          #expect(try Array(kernel.snapshot().own.filters.values) == [next])
          present = next
        }
        try perform(
          [.remove(.filter(present)), .remove(.qdisc(device: "sp0")), .remove(.action(Self.action))], on: kernel)
      }
    }
  }

  @Test(
    "Of a program that is too long for a name a look tells the guard only; such a filter can be replaced and removed")
  func longProgram() throws {
    try lab { kernel in
      let load = BPFProgram.Instruction(0x30, 0, 0, 13)
      let program = BPFProgram([BPFProgram.Instruction](repeating: load, count: 500) + [.init(0x06, 0, 0, 1)])
      let guarded = filter(.ingress, .guarded(program, .marked))
      try perform([.add(.qdisc(device: "sp0")), .add(.action(Self.action)), .add(.filter(guarded))], on: kernel)
      let shown = try #require(try kernel.snapshot().own.filters[guarded.key])
      #expect(shown == filter(.ingress, .guarded(nil, .marked)))
      let plain = filter(.ingress, .bpf(program))
      try perform([.change(from: .filter(shown), to: .filter(plain))], on: kernel)
      #expect(try kernel.snapshot().own.filters == [plain.key: plain])
      do {
        try perform([.change(from: .filter(plain), to: .filter(shown))], on: kernel)
        Issue.record("there is nothing to load")
      } catch let error as KernelError { #expect(error.text.contains("not known"), "\(error)") }
    }
  }

  @Test("What is guarded by one plan and carried on by another process is told as marked by the program that is there")
  func otherProcess() throws {
    try lab { kernel in
      let point = HookPoint("sp0", .ingress)
      let program = CopyProgram(
        point, sections: [.init(slot: 0, decisions: [.init(match: FlowerMatch(), device: "sp0x")])])
      try perform([.add(.program(program.marking))], on: kernel)
      let later = try LinuxKernel()
      var own = try later.snapshot().own
      #expect(own.programs[point]?.isMarking == true && own.programs[point]?.isKnown == false)
      var wanted = KernelState()
      wanted.insert(program)
      own.recognizePrograms(among: [wanted]) { try? later.table.index($0) }
      #expect(own.programs[point] == program.marking)
      try perform(Plan.difference(from: own, to: wanted).steps, on: later)
      #expect(try later.snapshot().own.programs[point]?.isMarking == false)
    }
  }
}

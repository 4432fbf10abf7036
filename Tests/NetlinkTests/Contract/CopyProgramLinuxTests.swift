import CMnl
import Glibc
import Testing
import TrafficControl

@testable import Netlink

/// tcx programs of ours as the kernel holds and tells them.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct CopyProgramLinuxTests {
  private static let point = HookPoint("sp0", .ingress)

  private func lab(_ body: (LinuxKernel, TCXHook) throws -> Void) throws {
    try ScratchNamespace.run {
      try shell("ip link add sp0 type veth peer name sp0x; ip link set sp0 up; ip link set sp0x up")
      let kernel = try LinuxKernel()
      let index = try #require(try kernel.snapshot().interfaces["sp0"]).index
      guard try kernel.features(among: [.tcx, .mirred]) == [.tcx, .mirred] else {
        try Test.cancel("this kernel lacks tcx or act_mirred")
      }
      try body(kernel, TCXHook(interface: index, hook: .ingress))
    }
  }

  /// - Parameter device: where every frame is copied to.
  private func program(to device: String) -> CopyProgram {
    CopyProgram(
      Self.point, sections: [.init(slot: 0, decisions: [.init(match: FlowerMatch(), device: device)])])
  }

  private func hash(_ program: CopyProgram) throws -> UInt32? {
    program.hash { name in UInt32(unsafe if_nametoindex(name)) }
  }

  private func perform(_ step: Step, on kernel: LinuxKernel) throws {
    let execution = kernel.perform([step]) { false }
    if let failure = execution.failure { throw failure }
  }

  private func marks() throws -> Int {
    try ["gact", "mirred"].reduce(0) { sum, kind in
      sum
        + (try shell("tc actions ls action \(kind) || true").split(separator: "\n").count {
          $0.contains("cookie 6d637474")
        })
    }
  }

  @Test("A program is attached, replaced and detached; the kernel tells its hash, and none of its marks")
  func life() throws {
    try lab { kernel, hook in
      let (first, second) = (program(to: "sp0x"), program(to: "lo"))
      for (step, wanted) in [
        (.add(.program(first)), first), (.change(from: .program(first), to: .program(second)), second),
        (.change(from: .program(second), to: .program(first)), first),
      ] as [(Step, CopyProgram)] {
        try perform(step, on: kernel)
        #expect(try hook.contents().ids.count == 1)
        #expect(try marks() == 1)
        let own = try kernel.snapshot().own
        #expect(own.programs == [Self.point: CopyProgram(Self.point, .unknown(hash: try hash(wanted)))])
        #expect(own.actions.isEmpty)
        #expect(kernel.tcxPrograms(at: [Self.point]).isEmpty, "it is not somebody else's")
      }
      try perform(.remove(.program(first)), on: kernel)
      #expect(try hook.contents().ids.isEmpty)
      #expect(try marks() == 0)
      #expect(try kernel.snapshot().own == KernelState())
    }
  }

  @Test("Another process finds the program, goes before one that has come before it, and takes it away")
  func otherProcess() throws {
    try lab { kernel, hook in
      try perform(.add(.program(program(to: "sp0x"))), on: kernel)
      let own = try hook.contents().ids
      // Returns TCX_NEXT.
      let code = [ExtendedInstruction(0xb7, immediate: -1), ExtendedInstruction(0x95)]
      try hook.attachFirst(LoadedProgram(code, name: "other", filterName: ""))
      let other = try #require(try hook.contents().ids.first)
      let later = try LinuxKernel()
      #expect(try later.snapshot().own.programs[Self.point]?.content == .unknown(hash: nil))
      #expect(later.tcxPrograms(at: [Self.point])[Self.point]?.map(\.id) == [other])
      let unknown = CopyProgram(Self.point, .unknown(hash: nil))
      try perform(.change(from: .program(unknown), to: .program(program(to: "sp0x"))), on: later)
      let ids = try hook.contents().ids
      #expect(ids.count == 2 && ids.last == other && ids.first != own.first)
      try perform(.remove(.program(unknown)), on: later)
      #expect(try hook.contents().ids == [other])
    }
  }

  @Test("A mark that stands for no program is a part of the state, and goes by a plan")
  func lostMark() throws {
    try lab { kernel, hook in
      try perform(.add(.program(program(to: "sp0x"))), on: kernel)
      try hook.detach(try #require(try hook.contents().ids.first))
      var own = try kernel.snapshot().own
      #expect(own.programs.isEmpty && own.actions.values.map { $0.programMark != nil } == [true])
      var wanted = KernelState()
      wanted.insert(program(to: "lo"))
      #expect(kernel.perform(Plan.difference(from: own, to: wanted).steps) { false }.failure == nil)
      own = try kernel.snapshot().own
      #expect(own.programs.count == 1 && own.actions.isEmpty)
      #expect(try marks() == 1)
    }
  }

  @Test("Where a target or the interface is missing, nothing is left")
  func missing() throws {
    try lab { kernel, hook in
      do {
        try perform(.add(.program(program(to: "gone0"))), on: kernel)
        Issue.record("attached")
      } catch let error as KernelError {
        #expect(error.cause == .notFound && error.text.contains("gone0"), "\(error)")
      }
      try shell("ip link del sp0")
      do {
        _ = kernel.perform([.add(.program(program(to: "lo")))], names: .ofLastLook) { false }.failure.map { error in
          #expect(error.cause == .notFound && error.text.contains("sp0"), "\(error)")
        }
      }
      #expect(try marks() == 0)
    }
  }
}

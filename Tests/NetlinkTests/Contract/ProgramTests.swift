import CMnl
import Glibc
import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// Programs of other tools at an interface, as they are told.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct ProgramTests {
  private func lab(_ body: (LinuxKernel, _ interface: UInt32) throws -> Void) throws {
    try ScratchNamespace.run {
      try shell("ip link add sp0 type veth peer name sp0x; ip link set sp0 up; ip link set sp0x up")
      let kernel = try LinuxKernel()
      let interface = try #require(try kernel.snapshot().interfaces["sp0"])
      try body(kernel, interface.index)
    }
  }

  /// bpf(2) with a part of `union bpf_attr`, two fields of 32 bits in a word.
  private func bpf(_ command: Int32, _ words: [UInt64]) throws -> Int32 {
    var words = words
    let result = unsafe mirrorctl_bpf(command, &words, UInt32(8 * words.count))
    guard result >= 0 else { throw NetlinkFailure.last }
    return result
  }

  /// `BPF_LINK_CREATE`: what is attached goes with the link.
  private func link(_ program: Int32, to interface: UInt32, type: UInt64, flags: UInt64 = 0) throws -> Int32 {
    try bpf(28, [UInt64(program) | UInt64(interface) << 32, type | flags << 32])
  }

  /// The instructions of a program that returns a number.
  private func code(returning number: Int32) -> [ExtendedInstruction] {
    [ExtendedInstruction(0xb7, immediate: number), ExtendedInstruction(0x95)]
  }

  @Test("S40: tcx programs at a hook are told in their order, with number and name")
  func tcx() throws {
    try lab { kernel, interface in
      let programs = try ["first", "second"].map { try LoadedProgram(code(returning: -1), name: $0, filterName: $0) }
      let (ingress, egress) = (HookPoint("sp0", .ingress), HookPoint("sp0", .egress))
      #expect(kernel.tcxPrograms(at: [ingress, egress]).isEmpty)
      var links: [Int32] = []
      do { for program in programs { links.append(try link(program.descriptor, to: interface, type: 46)) } } catch {
        try Test.cancel("this kernel lacks tcx")
      }
      let found = kernel.tcxPrograms(at: [ingress, egress, HookPoint("gone0", .ingress)])
      #expect(found[ingress]?.map(\.name) == ["first", "second"] && found.count == 1, "\(found)")
      #expect(found[ingress]?.allSatisfy { $0.id > 0 } == true)
      for link in links { close(link) }
      #expect(kernel.tcxPrograms(at: [ingress, egress]).isEmpty)
    }
  }

  @Test("S40: an XDP program is a part of its link")
  func xdp() throws {
    try lab { kernel, interface in
      // XDP_PASS
      let code = code(returning: 2).flatMap(\.bytes)
      let license = Array("GPL".utf8) + [0]
      // BPF_PROG_LOAD of BPF_PROG_TYPE_XDP
      let program = try unsafe code.withUnsafeBytes { code in
        try unsafe license.withUnsafeBytes { license in
          try unsafe bpf(5, [6 | 2 << 32] + [code, license].map { UInt64(UInt(bitPattern: $0.baseAddress)) })
        }
      }
      // BPF_XDP, XDP_FLAGS_SKB_MODE
      let link = try link(program, to: interface, type: 37, flags: 2)
      #expect(try kernel.snapshot().interfaces["sp0"]?.xdpProgram ?? 0 > 0)
      close(link)
      #expect(try kernel.snapshot().interfaces["sp0"]?.xdpProgram == nil)
      close(program)
    }
  }
}

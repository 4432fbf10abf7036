import Glibc
import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// What the kernel tells of filters of other tools.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct ForeignFilterTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let words: String
    let needs: Set<Feature>
    let scope: ForeignFilter.Scope
    let verdict: ForeignFilter.Verdict

    var testDescription: String { words }

    init(_ words: String, _ needs: Set<Feature>, _ scope: ForeignFilter.Scope, _ verdict: ForeignFilter.Verdict) {
      (self.words, self.needs, self.scope, self.verdict) = (words, needs, scope, verdict)
    }
  }

  private static let all = "protocol all u32 match u32 0 0"
  private static let cases = [
    Case("\(all)", [.u32], .everyFrame, .continues),
    Case("\(all) flowid 1:1", [.u32], .everyFrame, .ends),
    Case("protocol ip u32 match u32 0 0 flowid 1:1", [.u32], .someFrames, .ends),
    Case("protocol all u32 match u8 1 0xff at 0 flowid 1:1", [.u32], .someFrames, .ends),
    Case("\(all) action mirred egress redirect dev out0", [.u32, .mirred], .everyFrame, .ends),
    Case("\(all) action mirred egress mirror dev out0", [.u32, .mirred], .everyFrame, .ends),
    Case("\(all) action mirred egress mirror dev out0 continue", [.mirred], .everyFrame, .continues),
    Case(
      "\(all) action mirred egress mirror dev out0 pipe action mirred egress mirror dev sp0x continue",
      [.u32, .mirred],
      .everyFrame, .continues),
    Case("protocol all bpf da bytecode '1,6 0 0 0'", [.bpf], .everyFrame, .unknown),
    Case("protocol all bpf bytecode '1,6 0 0 4294967295' flowid 1:1", [.bpf], .everyFrame, .ends),
    Case("protocol all bpf bytecode '2,40 0 0 12,6 0 0 1' flowid 1:1", [.bpf], .someFrames, .ends),
    Case("\(all) police rate 1mbit burst 10k drop flowid :1", [.u32, .police], .everyFrame, .ends),
    Case("\(all) action police rate 1mbit burst 10k conform-exceed drop/continue", [.police], .someFrames, .drops),
    Case("\(all) action drop", [.u32, .gact], .everyFrame, .drops),
    Case("\(all) action pass random determ continue 2", [.u32, .gactProbability], .someFrames, .ends),
    Case("\(all) action goto chain 7", [.u32, .gact], .everyFrame, .unknown),
    Case("\(all) action vlan push id 5 pipe action continue", [.u32, .gact, .vlan], .everyFrame, .continues),
    Case("\(all) action skbedit mark 1 pipe action continue", [.u32, .gact, .matchall], .everyFrame, .continues),
    Case("protocol all matchall classid 1:1", [.matchall], .everyFrame, .ends),
    Case("protocol all flower action pass", [.flower, .gact], .everyFrame, .ends),
    Case("protocol ip flower dst_ip 10.0.0.1 action drop", [.flower, .gact], .someFrames, .drops),
    Case("protocol all flower dst_mac 02:00:00:00:00:01 action drop", [.flower, .gact], .someFrames, .drops),
  ]

  @Test("S40: which frames a filter takes, and whether others see them after it", arguments: cases)
  func meaning(example: Case) throws {
    try ScratchNamespace.run {
      for name in ["sp0", "out0"] {
        try shell("ip link add \(name) type veth peer name \(name)x; ip link set \(name) up")
      }
      let kernel = try LinuxKernel()
      guard try kernel.features(among: example.needs) == example.needs else {
        try Test.cancel("this kernel lacks \(example.needs.map(\.kernelOption))")
      }
      try shell("tc qdisc add dev sp0 clsact; tc filter add dev sp0 ingress pref 7 \(example.words)")
      let found = try #require(try kernel.snapshot().foreignFilters[HookPoint("sp0", .ingress)]?.first)
      #expect(found.preference == 7 && found.chain == 0)
      #expect(found.scope == example.scope && found.verdict == example.verdict, "\(found)")
    }
  }
}

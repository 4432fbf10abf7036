import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// What the real kernel makes of copies, and of the commands that are said to do the same.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct ShapingLinuxTests {
  private let stage = Device(name: "mct0", kind: .dummy, mtu: 65535, alias: Device.aliasPrefix + "lab/m0")

  private func action(_ number: UInt32, _ operation: Action.Operation, _ control: Control) -> Action {
    let cookie = Cookie(.object(.step, owner: 7))
    return Action(index: 0x5000_0010 + number, cookie: cookie, operation: operation, control: control)
  }

  /// Runs the body with `sp0`, whose neighbour 10.9.9.2 never answers, and `out0`.
  private func lab(_ needs: Set<Feature>, _ body: (LinuxKernel) throws -> Void) throws {
    try ScratchNamespace.run {
      for name in ["sp0", "out0"] {
        try shell("ip link add \(name) type veth peer name \(name)x; ip link set \(name) up; ip link set \(name)x up")
      }
      try shell("ip addr add 10.9.9.1/24 dev sp0; ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:02 dev sp0")
      let kernel = try LinuxKernel()
      let missing = needs.subtracting(try kernel.features(among: needs))
      guard missing.isEmpty else {
        try Test.cancel("this kernel lacks \(missing.sorted().map(\.kernelOption))")
      }
      try body(kernel)
    }
  }

  /// Pings of 1042 bytes, which nobody answers.
  private func ping(_ count: Int) throws { try shell("ping -c \(count) -i 0.01 -W 1 -s 1000 10.9.9.2; test $? = 1") }

  private func copies(
    _ kernel: LinuxKernel, through first: Action, of count: Int
  ) throws -> ActionStatistics {
    let mirror = Sample.mirror()
    var filter = Sample.filter(.bpf(.matchAll), [first, mirror], at: .egress)
    filter.frameProtocol = .ipv4
    try kernel.converge(to: Sample.state([first, mirror], [filter]))
    try ping(count)
    return try #require(kernel.snapshot().statistics[mirror.key])
  }

  @Test("S17: exactly one of five") func sampling() throws {
    try lab([.gactProbability, .bpf, .mirred]) { kernel in
      let pick = action(1, .sample(Sampling(.counted, oneIn: 5, control: .pipe)), .continue)
      let packets = try copies(kernel, through: pick, of: 20).packets
      #expect(packets == 4)
    }
  }

  @Test("S17: what is above the rate is not copied") func rate() throws {
    try lab([.police, .bpf, .mirred]) { kernel in
      // A fourth would fit into the bucket after 80 seconds.
      let limit = action(1, .police(Police(rate: 12, burst: 3200)), .continue)
      let packets = try copies(kernel, through: limit, of: 20).packets
      #expect(packets == 3)
    }
  }

  @Test(
    "S16: copies are cut, and what is not longer is left alone", arguments: [(UInt16(100), UInt64(100)), (2000, 1042)])
  func cutting(_ length: UInt16, _ expected: UInt64) throws {
    try lab([.ebpf, .bpf, .mirred, .dummy, .gact]) { kernel in
      let mirror = Sample.mirror(1, to: "mct0")
      let redirect = Sample.mirror(2, to: "out0", .redirect, control: .stolen)
      let count = action(1, .gact, .continue)
      var filters = [
        Sample.filter(.bpf(.matchAll), [mirror], at: .egress),
        Sample.filter(.edit(.cut(Truncation(length: length))), [], at: .egress, on: "mct0", preference: 1),
        Sample.filter(.bpf(.matchAll), [redirect], at: .egress, on: "mct0", preference: 2),
        Sample.filter(.bpf(.matchAll), [count], at: .egress, on: "out0"),
      ]
      for position in [0, 3] { filters[position].frameProtocol = .ipv4 }
      let qdiscs: Set = ["sp0", "mct0", "out0"]
      try kernel.converge(to: Sample.state([mirror, redirect, count], filters, qdiscs: qdiscs, devices: [stage]))
      try ping(3)
      let counted = try #require(kernel.snapshot().statistics[count.key])
      #expect(counted.packets == 3)
      #expect(counted.bytes == 3 * expected)
    }
  }

  @Test("Every command leaves what the request leaves") func commands() throws {
    try lab([.ebpf, .gactProbability, .police, .ethernetHeader, .dummy, .veth]) { kernel in
      let push = VLANEdit.pushEthernet(destination: MACAddress(1), source: MACAddress(2))
      var actions = [
        action(1, .sample(Sampling(.random, oneIn: 9, control: .pipe)), .continue), action(2, .vlan(push), .pipe),
      ]
      for (number, rate) in [UInt64(8_000), 25_000_000, 1_250_000_000, 5_000_000_000].enumerated() {
        let police = Police(rate: rate, burst: Police.defaultBurst(rate: rate))
        actions.append(action(10 + UInt32(number), .police(police), .continue))
      }
      let filters = [UInt16(14), 96, 65535].enumerated().map { number, length in
        Sample.filter(
          .edit(.cut(Truncation(length: length))), [], at: .egress, on: "mct0", preference: UInt16(number + 1))
      }
      let hop = Device(
        name: "mct1", kind: .veth(peer: "mct1p"), mtu: 9000, alias: Device.aliasPrefix + "lab/m0", offload: .off)
      let state = Sample.state(actions, filters, qdiscs: ["mct0"], devices: [stage, hop])
      for goal in [state, KernelState()] {
        let plan = Plan.difference(from: try kernel.snapshot().own, to: goal)
        try shell("d=$(mktemp); cat >$d <<'END'\n\(plan.script)END\nsh $d; status=$?; rm $d; exit $status")
        try kernel.expect(goal)
        try kernel.converge(to: goal)
      }
    }
  }

  @Test("What the verifier says is told") func refusal() throws {
    try lab([.ebpf]) { _ in
      let failure = #expect(throws: NetlinkFailure.self) {
        _ = try LoadedProgram(
          [ExtendedInstruction(0xbf, .r0, .r3), ExtendedInstruction(0x95)], name: "bad", filterName: "")
      }
      #expect(failure?.text?.contains("R3 !read_ok") ?? false)
    }
  }
}

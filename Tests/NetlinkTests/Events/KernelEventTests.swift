import Glibc
import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// Which changes of a network namespace wake a service, on the real kernel.
///
/// Notifications are queued before the request that causes them is answered, so what did not wake by then never will.
@Suite(.serialized, .enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct KernelEventTests {
  /// Runs the body in a namespace without IPv6, which would add addresses by itself, with `sp0` and `out0`, both down.
  private func lab(_ body: (LinuxKernel) throws -> Void) throws {
    try ScratchNamespace.run {
      try shell("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6")
      for name in ["sp0", "out0"] { try shell("ip link add \(name) type veth peer name \(name)x") }
      try body(LinuxKernel())
    }
  }

  /// A watch that has told already what there was to tell.
  private func watch(_ kernel: LinuxKernel, _ interest: EventWatch.Interest = .links) throws -> EventWatch {
    let watch = try EventWatch(watching: nil, ignoring: kernel.port)
    try watch.setInterest(interest)
    #expect(try watch.wait(.zero).isEmpty)
    return watch
  }

  private let changed = Occasions(kernel: .changed)

  @Test(arguments: [
    "ip link add new0 type veth peer name new1", "ip link del sp0", "ip link set sp0 mtu 1400",
    "tc qdisc add dev sp0 clsact", "tc actions add action mirred egress mirror dev out0 index 9",
    "ip link add br0 type bridge", "bridge link set dev out0 learning off",
  ]) func othersChangesAreSeen(_ command: String) throws {
    try lab { kernel in
      try shell("ip link add sw0 type bridge; ip link set out0 master sw0")
      let watch = try watch(kernel)
      try shell(command)
      #expect(try watch.wait(.seconds(10)) == changed)
      #expect(try watch.wait(.zero).isEmpty, "a burst is one occasion")
    }
  }

  @Test func aSleeperIsWoken() throws {
    try lab { kernel in
      let watch = try watch(kernel)
      try shell("ip link set sp0 mtu 1400 >/dev/null 2>&1 &")
      #expect(try watch.wait(.seconds(30)) == changed)
    }
  }

  @Test func ownChangesOfFiltersAreNoNews() throws {
    try lab { kernel in
      let mirror = Sample.mirror()
      let (watch, other) = (try watch(kernel), try EventWatch(watching: nil, ignoring: 0))
      try kernel.converge(to: Sample.state([mirror]))
      try kernel.converge(to: Sample.state())
      #expect(try watch.wait(.zero).isEmpty)
      #expect(try other.wait(.zero) == changed, "the same is news to others")
      try shell("tc qdisc add dev out0 clsact")
      #expect(try watch.wait(.zero) == changed)
    }
  }

  @Test func learnedAddressesDoNotWake() throws {
    try lab { kernel in
      try shell("ip link add br0 type bridge; ip link set sp0 master br0; ip link set br0 up")
      try shell("ip link set sp0 up; ip link set sp0x up; ip addr add 10.9.9.1/24 dev sp0x")
      try shell("ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:02 dev sp0x nud permanent")
      try awaitForwarding("sp0")
      let watch = try watch(kernel, .linksAndRoutes)
      try shell("ping -c 1 -W 1 10.9.9.2; test $? = 1 # no answer")
      let address = try shell("ip -br link show dev sp0x").split(separator: " ")[2]
      #expect(try shell("bridge fdb show dev sp0").contains("\(address) master br0"), "the bridge has learned it")
      #expect(try watch.wait(.zero).isEmpty)
      try shell(
        "bridge fdb add 02:00:00:00:00:77 dev sp0 master static; bridge fdb del 02:00:00:00:00:77 dev sp0 master")
      #expect(try watch.wait(.zero).isEmpty)
      try shell("ip link set sp0 mtu 1400")
      #expect(try watch.wait(.zero) == changed)
    }
  }

  /// Waits until a bridge port forwards and the kernel has told all about that.
  private func awaitForwarding(_ port: String) throws {
    for _ in 0..<1000 {
      let links = try shell("bridge -d link show dev \(port); ip -o link show up")
      if links.contains("state forwarding"), !links.contains("state DOWN"), !links.contains("LOWERLAYERDOWN") { return }
    }
    throw NetlinkFailure(errno: ETIMEDOUT, text: "\(port) does not forward")
  }

  @Test func routesCountWhereTheyAreOfInterest() throws {
    try lab { kernel in
      try shell("ip addr add 10.9.9.1/24 dev lo")
      let watch = try watch(kernel)
      try shell("ip route add 10.7.0.0/16 dev lo; ip addr add 10.9.8.1/24 dev lo")
      try shell("ip neigh add 10.9.9.3 lladdr 02:00:00:00:00:03 dev sp0 nud permanent")
      #expect(try watch.wait(.zero).isEmpty)
      try watch.setInterest(.linksAndRoutes)
      for command in ["ip neigh del 10.9.9.3 dev sp0", "ip addr del 10.9.8.1/24 dev lo", "ip route del 10.7.0.0/16"] {
        try shell(command)
        #expect(try watch.wait(.zero) == changed, "\(command)")
      }
      try watch.setInterest(.links)
      try shell("ip route add 10.7.0.0/16 dev lo")
      #expect(try watch.wait(.zero).isEmpty)
    }
  }

  @Test func neighboursThatAreStillThereAreNoNews() throws {
    try lab { kernel in
      try shell("ip link set out0 up; ip link set out0x up; ip addr add 10.9.9.1/24 dev out0")
      try awaitCarrier("out0")
      let watch = try watch(kernel, .linksAndRoutes)
      func set(_ address: String, _ state: String) throws -> Occasions {
        try shell("ip neigh replace 10.9.9.2 lladdr 02:00:00:00:00:0\(address) dev out0 nud \(state)")
        return try watch.wait(.zero)
      }
      #expect(try set("2", "reachable") == changed)
      for state in ["stale", "reachable", "stale", "permanent"] { #expect(try set("2", state).isEmpty, "\(state)") }
      #expect(try set("3", "permanent") == changed, "another link-layer address")
      try shell("ip neigh del 10.9.9.2 dev out0")
      #expect(try watch.wait(.zero) == changed)
    }
  }

  private func awaitCarrier(_ interface: String) throws {
    for _ in 0..<1000 where try shell("ip -o link show \(interface)").contains("state UP") { return }
    throw NetlinkFailure(errno: ETIMEDOUT, text: "\(interface) has no carrier")
  }

  @Test func lostEventsAreToldAndOthersGoOn() throws {
    try lab { kernel in
      let watch = try EventWatch(watching: nil, ignoring: kernel.port, receiveRoom: 1)
      try shell("seq 1000 1400 | sed 's/.*/link set sp0 mtu &/' | ip -batch -")
      #expect(try watch.wait(.zero) == Occasions(kernel: .lost))
      #expect(try watch.wait(.zero).isEmpty)
      try shell("ip link set sp0 mtu 1500")
      #expect(try watch.wait(.zero) == changed)
    }
  }

  @Test func ownBurstsLoseNothing() throws {
    try lab { kernel in
      let watch = try EventWatch(watching: nil, ignoring: kernel.port, receiveRoom: 1)
      let mirrors = (1...200).map { Sample.mirror(UInt32($0)) }
      try kernel.converge(to: Sample.state(mirrors))
      #expect(try watch.wait(.zero).isEmpty)
    }
  }
}

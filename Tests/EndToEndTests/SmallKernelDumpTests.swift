import Testing

/// What the other suites compare must show every kind of trace.
@Suite("Kernel dump", .oneKernel)
struct SmallKernelDumpTests {
  @Test(
    "each change shows, and is gone when it is undone",
    arguments: [
      ("tc qdisc add dev tap1 clsact", "tc qdisc del dev tap1 clsact"),
      ("tc qdisc add dev tap1 ingress", "tc qdisc del dev tap1 ingress"),
      (
        "tc actions add action mirred egress mirror dev tap2 continue index 1342177280 cookie 6d63",
        "tc actions del action mirred index 1342177280"
      ),
      ("bridge link set dev tap1 learning off", "bridge link set dev tap1 learning on"),
      ("ip link set dev tap1 alias trace", "ip link set dev tap1 alias \"\""),
      ("ip link add trace type veth peer name other", "ip link del trace"),
    ])
  func change(done: String, undone: String) throws {
    try Self.expectTrace(done: done, undone: undone)
  }

  static func expectTrace(done: String, undone: String) throws {
    try withSwitchLab(hosts: 2) { lab in
      let before = try KernelDump(of: lab.sw)
      try Command(["sh", "-c", done], in: lab.sw).succeed()
      #expect(try !KernelDump(of: lab.sw).changes(since: before).isEmpty)
      try Command(["sh", "-c", undone], in: lab.sw).succeed()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("a filter shows with its hook, preference, handle and action")
  func filter() throws {
    try withSwitchLab(hosts: 2) { lab in
      try lab.sw.tc(
        "qdisc add dev tap1 clsact",
        "actions add action mirred egress mirror dev tap2 continue index 1342177280 cookie 6d63",
        "filter add dev tap1 egress pref 7 protocol all u32 match u32 0 0 action mirred index 1342177280")
      let lines = try KernelDump(of: lab.sw).lines(with: "filter tap1 egress: ")
      for part in ["pref 7 u32", "fh 800::800", "Mirror to device tap2) continue", "index 1342177280", "cookie 6d63"] {
        #expect(lines.contains { $0.contains(part) }, "\(part) in \(lines)")
      }
      #expect(try KernelDump(of: lab.sw).contains("action mirred: index 1342177280 ref 2 bind 1"))
    }
  }
}

/// The same for bridges that know VLANs.
@Suite("Kernel dump of VLANs", .fullKernel)
struct VLANDumpTests {
  @Test(
    "each change shows, and is gone when it is undone",
    arguments: [
      ("bridge vlan add dev tap1 vid 9", "bridge vlan del dev tap1 vid 9"),
      ("bridge vlan add dev tap1 vid 1", "bridge vlan add dev tap1 vid 1 pvid untagged"),
      (
        "bridge fdb add 02:00:00:00:09:09 dev tap1 master static vlan 1",
        "bridge fdb del 02:00:00:00:09:09 dev tap1 master vlan 1"
      ),
    ])
  func change(done: String, undone: String) throws {
    try SmallKernelDumpTests.expectTrace(done: done, undone: undone)
  }
}

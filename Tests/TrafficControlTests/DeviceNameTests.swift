import Testing
import TrafficControl

@Suite("Names of devices")
struct DeviceNameTests {
  @Test(
    "A device has one of our names only with our kind of device",
    arguments: [
      (DeviceName.stage(slot: 0, 0), "dummy"), (DeviceName.stage(slot: 0xffff, 0xf_ffff), "dummy"),
      ("mcs0-3bee7", "dummy"), (DeviceName.hop(slot: 0x1a, 3), "veth"),
      (DeviceName.peer(of: DeviceName.hop(slot: 0xffff, 0xf_ffff)), "veth"), (DeviceName.tunnel(0xab), "gretap"),
      ("mct-ffffffff", "ip6erspan"), ("mct-00000000", "geneve"),
    ] as [(String, String)])
  func own(name: String, kind: String) {
    #expect(name.utf8.count <= 15)
    #expect(DeviceName.isOwn(name, kind: kind))
    #expect(!DeviceName.isOwn(name, kind: "bridge"))
    #expect(!DeviceName.isOwn(name, kind: nil))
    let others = ["dummy", "veth", "vxlan"].filter { !DeviceName.isOwn(name, kind: $0) }
    #expect(others.count == 2, "a name belongs to one kind, or to tunnels")
  }

  @Test(
    "What only looks like one is none",
    arguments: [
      ("mcs", "dummy"), ("mcs-1", "dummy"), ("mcs0-", "dummy"), ("mcs0-0", "dummy"), ("mcs00", "dummy"),
      ("mcs0-1-2", "dummy"), ("mcsA", "dummy"), ("mcs+1", "dummy"), ("mcs10000", "dummy"), ("mcs0p", "dummy"),
      ("mcx0", "dummy"), ("eth0", "dummy"), ("mch0pp", "veth"), ("mch", "veth"), ("p", "veth"), ("", "veth"),
      ("mct-123", "gretap"), ("mct-123456789", "gretap"), ("mct-1234567G", "gretap"), ("mct", "gretap"),
      ("mct-+1234567", "gretap"),
    ] as [(String, String)])
  func foreign(name: String, kind: String) {
    #expect(!DeviceName.isOwn(name, kind: kind))
  }
}

import NetworkTypes
import Testing
import TrafficControl

@Suite("Commands that choose, limit and cut copies")
struct ShapingCommandTests {
  private let cookie = Cookie(.object(.step, owner: 1))

  private func action(_ operation: Action.Operation, _ control: Control) -> [String] {
    Step.add(.action(Action(index: 7, cookie: cookie, operation: operation, control: control))).commands
  }

  private func line(_ words: String) -> [String] {
    ["tc actions add action \(words) index 7 cookie 6d63746f000000000000000000000001"]
  }

  @Test("S17: one frame of so many, counted or by chance")
  func sampling() {
    #expect(
      action(.sample(Sampling(.counted, oneIn: 100, control: .pipe)), .continue)
        == line("gact continue random determ pipe 100"))
    #expect(
      action(.sample(Sampling(.random, oneIn: 7, control: .pipe)), .continue)
        == line("gact continue random netrand pipe 7"))
  }

  @Test("S17: a rate, of 200 Mbit/s here, and what happens above it and below")
  func police() {
    #expect(
      action(.police(Police(rate: 25_000_000, burst: 1_000_000)), .continue)
        == line("police rate 25000000bps burst 1000000 mtu 1048576 conform-exceed continue/pipe"))
  }

  @Test("S19: an Ethernet header")
  func ethernetHeader() {
    let push = VLANEdit.pushEthernet(destination: MACAddress(0x0200_0000_0002), source: MACAddress(0x0200_0000_0001))
    #expect(
      action(.vlan(push), .pipe) == line("vlan push_eth dst_mac 02:00:00:00:00:02 src_mac 02:00:00:00:00:01 pipe"))
  }

  @Test("S16: the program comes in a file that is gone afterwards")
  func truncation() {
    let filter = Filter(
      key: FilterKey(HookPoint("mcs0", .egress), preference: 1, handle: 1),
      classifier: .edit(.cut(Truncation(length: 96))), actions: [])
    let place = "dev mcs0 egress protocol all pref 1 handle 0x1 bpf"
    for (step, verb) in [
      (Step.add(.filter(filter)), "add"), (.change(from: .filter(filter), to: .filter(filter)), "replace"),
    ] {
      let commands = step.commands
      #expect(commands.count == 3)
      #expect(commands[0].hasPrefix("directory=$(mktemp -d); echo f0VMRg") && commands[0].hasSuffix("/snaplen_96\""))
      #expect(commands[1] == "tc filter \(verb) \(place) object-file \"$directory/snaplen_96\" section v1")
      #expect(commands[2] == "rm -r \"$directory\"")
    }
    #expect(Step.remove(.filter(filter)).commands == ["tc filter del \(place)"])
  }

  @Test("S18: a hop that makes wire frames of copies")
  func offload() {
    let alias = Device.aliasPrefix + "lab/m0"
    let plain = Device(name: "mch0", kind: .veth(peer: "mch0p"), mtu: 9000, alias: alias)
    var normal = plain
    normal.offload = .off
    #expect(Step.add(.device(normal)).commands[1] == "ethtool -K mch0 tx off")
    #expect(Step.add(.device(normal)).summary.hasSuffix(" tx off"))
    #expect(Step.change(from: .device(plain), to: .device(normal)).commands.last == "ethtool -K mch0 tx off")
    #expect(Step.change(from: .device(normal), to: .device(plain)).commands.last == "ethtool -K mch0 tx on")
  }
}

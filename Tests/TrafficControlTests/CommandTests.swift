import NetworkTypes
import Testing
import TrafficControl

@Suite("Commands that do the same")
struct CommandTests {
  private let cookie = Cookie(.object(.step, owner: 1))
  private let cookieText = "cookie 6d63746f000000000000000000000001"

  private func action(_ operation: Action.Operation, _ control: Control) -> [String] {
    Step.add(.action(Action(index: 0x5000_0000, cookie: cookie, operation: operation, control: control))).commands
  }

  private func filter(_ classifier: Classifier, handle: UInt32 = 1, actions: [ActionKey] = []) -> Filter {
    Filter(
      key: FilterKey(HookPoint("eth0", .ingress), preference: 512, handle: handle), classifier: classifier,
      actions: actions)
  }

  @Test("Actions")
  func actions() {
    #expect(
      action(.gact, .continue) == ["tc actions add action gact continue index 1342177280 \(cookieText)"])
    #expect(
      action(.mirred(Mirred(.mirror, to: "tap3")), .continue)
        == ["tc actions add action mirred egress mirror dev tap3 continue index 1342177280 \(cookieText)"])
    #expect(
      action(.mirred(Mirred(.mirror, to: "br0", direction: .ingress)), .pipe)
        == ["tc actions add action mirred ingress mirror dev br0 pipe index 1342177280 \(cookieText)"])
    #expect(
      action(.vlan(.push(id: 111, tagProtocol: .dot1Q)), .pipe)
        == ["tc actions add action vlan push id 111 protocol 802.1Q pipe index 1342177280 \(cookieText)"])
    #expect(
      action(.vlan(.modify(id: 111, tagProtocol: .dot1AD)), .continue)
        == ["tc actions add action vlan modify id 111 protocol 802.1ad continue index 1342177280 \(cookieText)"])
    #expect(
      action(.vlan(.pop), .continue) == ["tc actions add action vlan pop continue index 1342177280 \(cookieText)"])
    #expect(action(.gact, .drop) == ["tc actions add action gact drop index 1342177280 \(cookieText)"])
    #expect(action(.gact, .trap) == ["tc actions add action gact trap index 1342177280 \(cookieText)"])
  }

  @Test("A redirect carries no control: tc(8) gives it its own and takes another word for the next action")
  func redirect() {
    #expect(
      action(.mirred(Mirred(.redirect, to: "tap3")), .stolen)
        == ["tc actions add action mirred egress redirect dev tap3 index 1342177280 \(cookieText)"])
  }

  @Test("An action is replaced, and deleted by its index")
  func actionChanges() {
    let old = Action(index: 7, cookie: cookie, operation: .gact, control: .continue)
    var new = old
    new.control = .pipe
    #expect(
      Step.change(from: .action(old), to: .action(new)).commands
        == ["tc actions replace action gact pipe index 7 \(cookieText)"])
    #expect(Step.remove(.action(old)).commands == ["tc actions del action gact index 7"])
  }

  @Test("Filters of every classifier")
  func filters() {
    let bound = [ActionKey(.gact, 7), ActionKey(.mirred, 8)]
    let start = "tc filter add dev eth0 ingress protocol all pref 512 handle"
    let end = "action gact index 7 action mirred index 8"
    func words(_ classifier: Classifier, handle: UInt32 = 1) -> [String] {
      Step.add(.filter(filter(classifier, handle: handle, actions: bound))).commands
    }
    #expect(words(.matchall) == ["\(start) 0x1 matchall \(end)"])
    #expect(words(.u32MatchAll, handle: Filter.u32Handle) == ["\(start) ::1 u32 match u32 0 0 \(end)"])
    #expect(words(.flower(FlowerMatch()), handle: 18) == ["\(start) 0x12 flower \(end)"])
    #expect(
      words(.flower(FlowerMatch(inputDevice: "tap1", destination: .group)))
        == ["\(start) 0x1 flower indev tap1 dst_mac 01:00:00:00:00:00/01:00:00:00:00:00 \(end)"])
    #expect(words(.bpf(.matchAll)) == ["\(start) 0x1 bpf bytecode '1,6 0 0 4294967295' \(end)"])
    #expect(
      Step.add(.filter(filter(.bpf(.drop), handle: Filter.dropHandle))).commands
        == ["\(start) 0x6d637464 bpf da bytecode '1,6 0 0 2'"])
  }

  @Test("A filter is replaced by its whole place, and deleted by it; cls_u32 by its preference")
  func filterChanges() {
    let old = filter(.bpf(.matchAll), actions: [ActionKey(.gact, 7)])
    let place = "dev eth0 ingress protocol all pref 512"
    #expect(
      Step.change(from: .filter(old), to: .filter(old)).commands
        == ["tc filter replace \(place) handle 0x1 bpf bytecode '1,6 0 0 4294967295' action gact index 7"])
    #expect(Step.remove(.filter(old)).commands == ["tc filter del \(place) handle 0x1 bpf"])
    let u32 = filter(.u32MatchAll, handle: Filter.u32Handle, actions: [ActionKey(.gact, 7)])
    #expect(Step.remove(.filter(u32)).commands == ["tc filter del \(place) u32"])
  }

  @Test("A clsact qdisc comes with its mark")
  func qdiscs() {
    #expect(
      Step.add(.qdisc(device: "eth0")).commands
        == ["tc qdisc add dev eth0 clsact", "tc chain add dev eth0 ingress chain \(KernelState.chainMark)"])
    #expect(Step.remove(.qdisc(device: "eth0")).commands == ["tc qdisc del dev eth0 clsact"])
  }

  @Test("S21: flags of a bridge port; what was learned from it is forgotten")
  func bridgePorts() {
    let all = BridgePortFlags.usual
    func change(to flags: BridgePortFlags) -> [String] {
      let old: BridgePortFlags = flags == all ? [] : all
      return Step.change(
        from: .bridgePort(name: "tap3", flags: old), to: .bridgePort(name: "tap3", flags: flags)
      ).commands
    }
    #expect(
      change(to: .reserved) == [
        "bridge link set dev tap3 learning off flood off mcast_flood off bcast_flood off",
        "ip link set dev tap3 type bridge_slave proxy_arp on fdb_flush",
      ])
    #expect(
      change(to: all) == [
        "bridge link set dev tap3 learning on flood on mcast_flood on bcast_flood on",
        "ip link set dev tap3 type bridge_slave proxy_arp off",
      ])
  }

  @Test("Errors, logs and tables say of a program how long it is, and commands what it does")
  func lengthOfPrograms() {
    func filter(_ program: BPFProgram) -> KernelObject {
      let key = FilterKey(HookPoint("eth0", .ingress), preference: 104, handle: 1)
      return .filter(Filter(key: key, classifier: .bpf(program), actions: [ActionKey(.mirred, 7)]))
    }
    let long = filter(BPFProgram([BPFProgram.Instruction](repeating: BPFProgram.drop.instructions[0], count: 4096)))
    let place = "filter dev eth0 ingress protocol all pref 104 handle 0x1 bpf"
    #expect(
      Step.change(from: filter(.matchAll), to: long).brief
        == "~ \(place) bytecode (4096 instructions) action mirred index 7")
    #expect(filter(.matchAll).brief == "\(place) bytecode (1 instruction) action mirred index 7")
    for step in [Step.add(long), .change(from: filter(.matchAll), to: long), .remove(long)] {
      #expect(step.request.utf8.count < 130 && step.brief.utf8.count < 130, "\(step.request)")
    }
    #expect(Step.add(long).commands.joined().contains("bytecode '4096,6 0 0 2,"))
    let cut = Filter(
      key: FilterKey(HookPoint("s", .egress), preference: 1, handle: 1),
      classifier: .edit(.cut(Truncation(length: 64))), actions: [])
    #expect(Step.add(.filter(cut)).commands.count == 3)
    #expect(Step.add(.filter(cut)).request.hasPrefix("tc filter add dev s egress"))
  }

  @Test("Steps are told from each other by a sign")
  func summaries() {
    let qdisc = KernelObject.qdisc(device: "eth0")
    #expect(Step.add(qdisc).summary == "+ qdisc dev eth0 clsact")
    #expect(Step.change(from: qdisc, to: qdisc).summary == "~ qdisc dev eth0 clsact")
    #expect(Step.remove(qdisc).summary == "- qdisc dev eth0 clsact")
    let page = Action(index: 9, cookie: Cookie(.page(Array("{\"x\":1}".utf8))), operation: .gact, control: .continue)
    #expect(Step.add(.action(page)).summary == "+ record 9")
  }
}

import CMnl
import Glibc
import TestSupport
import Testing
import TrafficControl

@testable import Netlink

/// What is made of the bytes of notifications.
@Suite struct NotificationTests {
  private func neighbour(
    _ last: UInt8, state: Int32, address: UInt8? = 1, type: Int = Int(RTM_NEWNEIGH)
  ) -> ReceivedMessage {
    var header = ndmsg()
    header.ndm_family = UInt8(AF_INET)
    header.ndm_ifindex = 3
    header.ndm_state = UInt16(state)
    var builder = MessageBuilder(type, header: header)
    builder.put(NDA_DST, bytes: [10, 0, 0, last])
    if let address { builder.put(NDA_LLADDR, bytes: [2, 0, 0, 0, 0, address]) }
    let bytes = builder.bytes(sequence: 0)
    return ReceivedMessage(type: type, flags: 0, sequence: 0, payload: bytes.dropFirst(16))
  }

  @Test func onlyTheLinkLayerAddressOfANeighbourCounts() throws {
    var table = NeighbourTable()
    func note(_ message: ReceivedMessage) throws -> Bool { try table.note(message) }
    #expect(try note(neighbour(1, state: NUD_INCOMPLETE, address: nil)))
    #expect(try !note(neighbour(1, state: NUD_FAILED, address: nil)))
    #expect(try note(neighbour(1, state: NUD_REACHABLE)))
    for state in [NUD_STALE, NUD_DELAY, NUD_PROBE, NUD_REACHABLE] {
      #expect(try !note(neighbour(1, state: state)))
    }
    #expect(try note(neighbour(2, state: NUD_STALE)), "another neighbour")
    #expect(try note(neighbour(1, state: NUD_STALE, address: 9)), "another address")
    #expect(try note(neighbour(1, state: NUD_FAILED, address: 9)), "its address is not to be used")
    #expect(try note(neighbour(1, state: NUD_STALE, address: 9)))
    #expect(try note(neighbour(1, state: NUD_STALE, address: 9, type: Int(RTM_DELNEIGH))))
    #expect(try !note(neighbour(1, state: NUD_FAILED, address: nil)))
  }

  @Test func whatIsRememberedIsBounded() throws {
    var table = NeighbourTable()
    for number in 0...UInt32(NeighbourTable.limit) {
      var header = ndmsg()
      header.ndm_ifindex = Int32(number)
      header.ndm_state = UInt16(NUD_STALE)
      let bytes = MessageBuilder(RTM_NEWNEIGH, header: header).bytes(sequence: 0)
      let message = ReceivedMessage(type: Int(RTM_NEWNEIGH), flags: 0, sequence: 0, payload: bytes.dropFirst(16))
      #expect(try table.note(message) && !table.note(message))
    }
  }

  @Test func whatCannotBeReadIsLost() throws {
    let events = try KernelEvents(ignoring: 0, receiveRoom: 1)
    let link = MessageBuilder(RTM_NEWLINK, header: ifinfomsg()).bytes(sequence: 0)
    #expect(events.read(link[...]) == .changed)
    #expect(events.read((link + link)[...]) == .changed)
    #expect(events.read(link.dropLast()) == .lost)
    #expect(events.read([]) == .lost)
    #expect(events.read(link + [1]) == .lost)
    #expect(events.read(MessageBuilder(NLMSG_OVERRUN, header: Int32(0)).bytes(sequence: 0)[...]) == .lost)
    #expect(events.read(MessageBuilder(NLMSG_NOOP, header: Int32(0)).bytes(sequence: 0)[...]) == .unchanged)
    #expect(events.read(MessageBuilder(RTM_NEWNEIGH, header: Int32(0)).bytes(sequence: 0)[...]) == .lost)
  }

  @Test(arguments: [
    (RTM_NEWLINK, UInt32(0), AF_UNSPEC, true), (RTM_NEWLINK, 0, AF_BRIDGE, true), (RTM_NEWNEIGH, 0, AF_INET, true),
    (RTM_NEWNEIGH, 0, AF_BRIDGE, false), (RTM_DELNEIGH, 0, AF_BRIDGE, false), (RTM_DELNEIGH, 0, AF_INET6, true),
    (RTM_NEWCHAIN, 0, AF_UNSPEC, false), (RTM_DELCHAIN, 0, AF_UNSPEC, false), (RTM_DELCHAIN, 5, AF_UNSPEC, true),
    (RTM_NEWTFILTER, 4711, AF_UNSPEC, false), (RTM_NEWTFILTER, 4712, AF_UNSPEC, true),
    (RTM_DELQDISC, 0, AF_UNSPEC, true), (RTM_DELCHAIN, 4711, AF_UNSPEC, false),
  ]) func whatIsQueued(_ type: Int, _ author: UInt32, _ family: Int32, _ isQueued: Bool) {
    var bytes = MessageBuilder(type, header: tcmsg()).bytes(sequence: 0)
    bytes.replaceSubrange(12..<16, with: unsafe withUnsafeBytes(of: author) { unsafe Array($0) })
    bytes[16] = UInt8(family)
    for port: UInt32 in [4711, 0] {
      let program = BPFProgram(NotificationFilter.instructions(ignoring: port))
      let verdict = BPFMachine.run(program, on: Frame(bytes: bytes))
      let isOwn = author == 4711 && port == 0
      #expect(verdict == (isQueued || isOwn ? .max : 0))
    }
  }

  @Test(
    "Of forwarding entries those are told that somebody has made for good in the device itself",
    arguments: [
      (NTF_SELF, NUD_PERMANENT, true), (NTF_SELF, NUD_PERMANENT | NUD_NOARP, true), (NTF_SELF, NUD_REACHABLE, false),
      (NTF_MASTER, NUD_PERMANENT, false), (NTF_EXT_LEARNED, NUD_REACHABLE, false),
    ]) func forwardingEntries(_ flags: Int32, _ state: Int32, _ isQueued: Bool) throws
  {
    var header = ndmsg()
    header.ndm_family = UInt8(AF_BRIDGE)
    header.ndm_ifindex = 7
    (header.ndm_flags, header.ndm_state) = (UInt8(flags), UInt16(state))
    for type in [RTM_NEWNEIGH, RTM_DELNEIGH] {
      let bytes = MessageBuilder(type, header: header).bytes(sequence: 0)
      for port: UInt32 in [4711, 0] {
        let program = BPFProgram(NotificationFilter.instructions(ignoring: port))
        #expect(BPFMachine.run(program, on: Frame(bytes: bytes)) == (isQueued ? .max : 0))
      }
      let events = try KernelEvents(ignoring: 0, receiveRoom: 1)
      #expect(events.read(bytes[...]) == .changed)
      #expect(events.read(bytes[...]) == .changed, "no neighbour, of which the same is no news")
      #expect(events.takePlaces() == .interfaces([7]))
    }
  }

  @Test(arguments: [0, 4711, .max]) func theKernelTakesTheFilter(_ port: UInt32) {
    #expect(BPFMachine.flaw(in: BPFProgram(NotificationFilter.instructions(ignoring: port))) == nil)
  }

  @Test func fileEventsAreWhole() throws {
    let bytes: [UInt8] = [1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 97, 0, 0, 0]
    let event = FileEvent(watch: 1, mask: 8, name: "a")
    #expect(try FileEvent.split(bytes[...]) == [event])
    #expect(try FileEvent.split((bytes + bytes)[...]) == [event, event])
    for count in 1..<bytes.count {
      #expect(throws: MalformedMessage.self) { try FileEvent.split(bytes.prefix(count)) }
    }
    var endless = bytes
    endless.replaceSubrange(12..<16, with: [255, 255, 255, 255])
    #expect(throws: MalformedMessage.self) { try FileEvent.split(endless[...]) }
  }

  @Test func occasionsMerge() {
    var occasions = Occasions(kernel: .lost, files: .some(["a"]), stopSignal: SIGTERM)
    occasions.merge(Occasions(kernel: .changed, files: .some(["b"]), isReloadRequested: true, stopSignal: SIGINT))
    #expect(
      occasions
        == Occasions(kernel: .lost, files: .some(["a", "b"]), isReloadRequested: true, stopSignal: SIGTERM))
    occasions.merge(Occasions(files: .all))
    occasions.merge(Occasions(files: .some(["c"])))
    #expect(occasions.files == .all)
    var names = Occasions.Files.unchanged
    for number in 0...Occasions.Files.nameLimit { names.merge(.some(["\(number)"])) }
    #expect(names == .all)
  }

  @Test(arguments: [
    (Duration.zero, Int32(0)), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.microseconds(1001), 2),
    (.seconds(5_000_000_000), .max),
  ]) func pollIsNotEarly(_ duration: Duration, _ milliseconds: Int32) {
    #expect(duration.pollMilliseconds == milliseconds)
  }
}

/// An Ethernet frame from its destination address to the end of its payload, VLAN tags in their place.
struct Frame: Hashable, Sendable {
  let bytes: [UInt8]

  /// A VLAN tag, IEEE 802.1Q-2018, 9.6.
  struct Tag: Hashable, Sendable {
    var vlan: UInt16
    var priority: UInt8 = 0
    /// 0x8100, or 0x88a8 for a service tag.
    var type: UInt16 = 0x8100

    fileprivate var bytes: [UInt8] {
      [UInt8](word: type) + [UInt8](word: UInt16(priority) << 13 | vlan)
    }
  }

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  init(
    to destination: HardwareAddress, from source: HardwareAddress, tags: [Tag] = [], type: UInt16, payload: [UInt8]
  ) {
    bytes =
      destination.octets + source.octets + tags.flatMap(\.bytes) + [UInt8](word: type) + payload
  }

  var destination: HardwareAddress { HardwareAddress(octets: Array(bytes.prefix(6))) }
  var source: HardwareAddress { HardwareAddress(octets: Array(bytes.dropFirst(6).prefix(6))) }

  /// The tags, outermost first.
  var tags: [Tag] {
    var tags: [Tag] = []
    while true {
      let position = 12 + 4 * tags.count
      let type = bytes.word(at: position)
      guard type == 0x8100 || type == 0x88a8 else { return tags }
      let control = bytes.word(at: position + 2)
      tags.append(Tag(vlan: control & 0xfff, priority: UInt8(control >> 13), type: type))
    }
  }

  /// The EtherType after the tags.
  var type: UInt16 { bytes.word(at: 12 + 4 * tags.count) }
  var payload: [UInt8] { Array(bytes.dropFirst(14 + 4 * tags.count)) }

  /// The same frame with other tags.
  func with(tags: [Tag]) -> Frame {
    Frame(to: destination, from: source, tags: tags, type: type, payload: payload)
  }

  /// The same frame with one tag, or with none.
  func tagged(_ vlan: UInt16, priority: UInt8 = 0) -> Frame {
    with(tags: [Tag(vlan: vlan, priority: priority)])
  }

  var untagged: Frame { with(tags: []) }
}

extension Frame: CustomStringConvertible {
  /// `02:00:00:00:00:01 > 02:00:00:00:00:02, vlan 10 p 5, 10.10.10.11 > 10.10.10.12 echo request 1 (98 bytes)`
  var description: String {
    var parts = ["\(source) > \(destination)"]
    for tag in tags {
      let name = tag.type == 0x8100 ? "vlan" : "service vlan"
      parts.append("\(name) \(tag.vlan)" + (tag.priority == 0 ? "" : " p \(tag.priority)"))
    }
    parts.append(contents)
    return parts.joined(separator: ", ") + " (\(bytes.count) bytes)"
  }

  private var contents: String {
    if let packet { return "\(packet)" }
    guard type == 0x0806 else { return "type 0x\(String(type, radix: 16))" }
    let sender = NetworkAddress(octets: Array(payload.dropFirst(14).prefix(4)))
    let target = NetworkAddress(octets: Array(payload.dropFirst(24).prefix(4)))
    return payload.word(at: 6) == 1 ? "who has \(target) tell \(sender)" : "\(sender) is at \(source)"
  }
}

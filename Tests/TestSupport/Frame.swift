import NetworkTypes

/// A frame as tc finds it at a hook: the outer VLAN tag is beside the bytes, or still in them.
public struct Frame: Hashable, Sendable {
  /// An IEEE 802.1Q or 802.1ad tag.
  public struct Tag: Hashable, Sendable {
    public var tagProtocol: EtherType
    /// PCP in the three upper bits, DEI, VLAN ID in the twelve lower bits.
    public var control: UInt16

    public init(_ vlan: UInt16, priority: UInt16 = 0, tagProtocol: EtherType = .dot1Q) {
      self.tagProtocol = tagProtocol
      control = priority << 13 | vlan
    }

    public var vlan: UInt16 { control & 0x0fff }
    public var priority: UInt16 { control >> 13 }

    var bytes: [UInt8] { Frame.bigEndian(tagProtocol.rawValue) + Frame.bigEndian(control) }
  }

  /// From the destination MAC address on, without the tag that is in metadata.
  public var bytes: [UInt8]
  /// The tag in metadata.
  public var tag: Tag?
  /// What `skb_iif` says: the interface that the frame came in by; `nil`: the host itself made it.
  public var inputDevice: String?
  /// `skb->mark`
  public var mark: UInt32 = 0

  public init(bytes: [UInt8], tag: Tag? = nil, inputDevice: String? = nil) {
    self.bytes = bytes
    self.tag = tag
    self.inputDevice = inputDevice
  }

  /// An Ethernet frame with no tag but those in its bytes.
  public static func ethernet(
    to destination: UInt64 = 0x0200_0000_0001, tagsInData: [Tag] = [], type: EtherType = .ipv4, payload: [UInt8] = []
  ) -> Frame {
    let addresses = macBytes(destination) + macBytes(0x0200_0000_0002)
    return Frame(bytes: addresses + tagsInData.flatMap(\.bytes) + bigEndian(type.rawValue) + payload)
  }

  /// The outermost tag, wherever it is.
  public var outerTag: Tag? { tag ?? tagInData }

  /// The EtherType that filters compare: that of the outer tag if there is one.
  public var outerProtocol: EtherType { tag?.tagProtocol ?? half(at: 12).map { EtherType(rawValue: $0) } ?? .all }

  /// The EtherType of a packet without an Ethernet header: IPv6 where its version says so, else IPv4.
  var networkProtocol: [UInt8] {
    Frame.bigEndian((bytes.first ?? 0) >> 4 == 6 ? EtherType.ipv6.rawValue : EtherType.ipv4.rawValue)
  }

  /// Cuts the frame, the tag in metadata included, but leaves an Ethernet header.
  mutating func cut(to length: Int) {
    bytes = Array(bytes.prefix(max(14, tag == nil ? length : length - 4)))
  }

  /// `skb_vlan_push`: a tag in metadata moves into the bytes first.
  public mutating func push(_ new: Tag) {
    if let tag { bytes.insert(contentsOf: tag.bytes, at: 12) }
    tag = new
  }

  /// `skb_vlan_pop`: the tag in metadata, or the first in the bytes; what is then the outer one moves to metadata.
  public mutating func pop() {
    if tag == nil { hoist() }
    tag = nil
    hoist()
  }

  /// Replaces the VLAN ID and the TPID of the outer tag; nothing where there is none.
  public mutating func modify(vlan: UInt16, tagProtocol: EtherType) {
    if tag == nil { hoist() }
    guard let old = tag else { return }
    tag = Tag(vlan, priority: old.priority, tagProtocol: tagProtocol)
  }

  /// Moves the first tag in the bytes to metadata, as reception does.
  public mutating func hoist() {
    guard let inner = tagInData else { return }
    tag = inner
    bytes.removeSubrange(12..<16)
  }

  private var tagInData: Tag? {
    guard let type = half(at: 12).map({ EtherType(rawValue: $0) }), type == .dot1Q || type == .dot1AD,
      let control = half(at: 14)
    else { return nil }
    return Tag(control & 0x0fff, priority: control >> 13, tagProtocol: type)
  }

  private func half(at offset: Int) -> UInt16? {
    guard offset + 2 <= bytes.count else { return nil }
    return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
  }

  public static func macBytes(_ address: UInt64) -> [UInt8] {
    (0..<6).map { UInt8(truncatingIfNeeded: address >> UInt64(8 * (5 - $0))) }
  }

  static func bigEndian(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
}

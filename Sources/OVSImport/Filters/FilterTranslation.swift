import MirrorModel
import NetworkTypes

/// A pcap-filter(7) expression that exactly the frames of a match pass.
///
/// Open vSwitch looks at a frame as it is on the wire at the port that selects it, and so does `filter:`. A protocol there is one
/// over IPv4 or one over IPv6, where pcap's `tcp` is both; a fragment that is not the first has ports, or a type and code, of 0.
struct FilterTranslation {
  /// `nil`: every frame passes.
  let expression: String?
  /// The only frames that are not told as in Open vSwitch, in words; `nil`: there are none.
  let remark: String?

  private let match: FlowMatch

  init(_ match: FlowMatch) throws(FlowMatch.Problem) {
    self.match = match
    var terms = try Self.ethernet(match)
    var remark: String?
    switch match.etherType {
    case nil: break
    case 0x0800: terms += try Self.ipv4(match)
    case 0x86dd:
      terms += try Self.ipv6(match)
      if match.networkProtocol != nil {
        remark =
          "IPv6 packets with more than one extension header, or with one of IPsec, do not pass the filter of the profile"
      }
    case 0x0806: terms.append("arp")
    case 0x8035: terms.append("rarp")
    case 0x8100, 0x88a8:
      throw FlowMatch.Problem(reason: "whether the type of a second VLAN tag counts depends on other_config:vlan-limit")
    case let type?: terms.append("ether proto 0x\(String(type, radix: 16))")
    }
    // Behind 'vlan' an expression is about what the tag carries, also where it says 'not vlan'.
    switch try match.vlan() {
    case nil: break
    case .untagged?: terms.append(FlowVLAN.untagged.term)
    case let vlan?: terms.insert(vlan.term, at: 0)
    }
    expression = terms.isEmpty ? nil : terms.joined(separator: " and ")
    self.remark = remark
  }

  private static func ethernet(_ match: FlowMatch) throws(FlowMatch.Problem) -> [String] {
    var terms: [String] = []
    for (field, word, start) in [(FlowField.etherSource, "src", 6), (.etherDestination, "dst", 0)] {
      guard let address = try match.bytes(field, { MaskedBytes(ethernet: $0) }) else { continue }
      if address.isExact, let text = MACAddress(octets: address.value) {
        terms.append("ether \(word) host \(text)")
      } else {
        terms += address.comparisons { Self.load("ether", start + $0, $1) }
      }
    }
    return terms
  }

  private static func ipv4(_ match: FlowMatch) throws(FlowMatch.Problem) -> [String] {
    var terms = try addresses(match, .source, .destination, "ip", size: 4, sourceAt: 12)
    if let services = try match.services() {
      terms += services.comparisons { _, _ in "ip[1]" }
    }
    if let number = try match.timeToLive() { terms.append("ip[8] = \(number)") }
    guard let number = match.networkProtocol else { return terms.isEmpty ? ["ip"] : terms }
    guard let name = [1: "icmp", 6: "tcp", 17: "udp", 132: "sctp"][number] else {
      return terms + ["ip proto \(number)"]
    }
    if terms.isEmpty, name != "icmp" { terms.append("ip") }
    let fields = try match.transport()
    if fields.allSatisfy({ $0.bytes.includesZero }) { terms.append(name) }
    return terms
      + fields.map { field in
        let bytes = field.bytes
        if bytes.isExact, field.size == 2, !bytes.includesZero {
          return "\(name) \(field.offset == 0 ? "src" : "dst") port \(bytes.number)"
        }
        let comparison = bytes.comparisons { Self.load(name, field.offset + $0, $1) }.joined(separator: " and ")
        return bytes.includesZero ? "(\(comparison) or ip[6:2] & 0x1fff != 0)" : comparison
      }
  }

  /// Between the header and what it carries may be another, of options, routing or a fragment; all begin with the protocol that follows
  /// and their length in units of 8 bytes after the first 8 (RFC 8200, section 4).
  private static func ipv6(_ match: FlowMatch) throws(FlowMatch.Problem) -> [String] {
    var terms = try addresses(match, .source6, .destination6, "ip6", size: 16, sourceAt: 8)
    if let services = try match.services() {
      terms += MaskedBytes(
        value: services.value.flatMap { [$0 >> 4, $0 << 4] }, mask: services.mask.flatMap { [$0 >> 4, $0 << 4] }
      ).comparisons { Self.load("ip6", $0, $1) }
    }
    if let number = try match.timeToLive() { terms.append("ip6[7] = \(number)") }
    guard let number = match.networkProtocol else { return terms.isEmpty ? ["ip6"] : terms }
    guard ![0, 43, 44, 51, 60].contains(number) else {
      throw FlowMatch.Problem(
        reason: "nw_proto=\(number) is an extension header of IPv6, which Open vSwitch passes over")
    }
    let fields = try match.transport()
    if let field = fields.first(where: { $0.bytes.includesZero }) {
      throw FlowMatch.Problem(
        reason: "\(field.name) can be 0, which fragments that are not the first have in Open vSwitch")
    }
    var direct = ["ip6[6] = \(number)"]
    var behind = ["(ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 60)", "ip6[40] = \(number)"]
    if !fields.isEmpty { behind.append("(ip6[6] != 44 or ip6[42:2] & 0xfff8 = 0)") }
    for field in fields {
      direct += field.bytes.comparisons { Self.load("ip6", 40 + field.offset + $0, $1) }
      behind += field.bytes.comparisons { offset, size in
        "ip6[\(48 + field.offset + offset) + 8 * ip6[41]\(size == 1 ? "" : ":\(size)")]"
      }
    }
    let ways = [direct, behind].map { "(\($0.joined(separator: " and ")))" }
    return terms + ["(\(ways.joined(separator: " or ")))"]
  }

  /// - Parameter name: of the protocol, to pcap.
  private static func addresses(
    _ match: FlowMatch, _ source: FlowField, _ destination: FlowField, _ name: String, size: Int, sourceAt start: Int
  ) throws(FlowMatch.Problem) -> [String] {
    var terms: [String] = []
    for (field, word, start) in [(source, "src", start), (destination, "dst", start + size)] {
      guard let bytes = try match.bytes(field, { MaskedBytes(address: $0, size: size) }),
        let address = IPAddress(octets: bytes.value)
      else { continue }
      switch bytes.prefixLength {
      case 8 * size: terms.append("\(name) \(word) host \(address)")
      case let length?: terms.append("\(name) \(word) net \(address)/\(length)")
      case nil: terms += bytes.comparisons { Self.load(name, start + $0, $1) }
      }
    }
    return terms
  }

  private static func load(_ name: String, _ offset: Int, _ size: Int) -> String {
    size == 1 ? "\(name)[\(offset)]" : "\(name)[\(offset):\(size)]"
  }
}

extension FlowMatch {
  /// A field of the header that IP carries.
  struct TransportField {
    var name: String
    var offset: Int
    var size: Int
    var bytes: MaskedBytes
  }

  /// What a field has to be; `nil` where the match does not say, or every bit is masked.
  fileprivate func bytes(_ field: FlowField, _ read: (String) -> MaskedBytes?) throws(Problem) -> MaskedBytes? {
    guard let text = values[field] else { return nil }
    guard let bytes = read(text) else {
      throw Problem(reason: "\(field.rawValue)=\(Quotation.escape(text)) is no value that it can have")
    }
    return bytes.isEverything ? nil : bytes
  }

  fileprivate func transport() throws(Problem) -> [TransportField] {
    var fields: [TransportField] = []
    for field in FlowField.allCases {
      guard let (offset, size) = field.transportOffset,
        let bytes = try bytes(field, { MaskedBytes(number: $0, size: size) })
      else { continue }
      if fields.contains(where: { $0.offset == offset }) {
        throw Problem(reason: "\(field.rawValue) says again what another field has said, which Open vSwitch refuses")
      }
      fields.append(TransportField(name: field.rawValue, offset: offset, size: size, bytes: bytes))
    }
    return fields
  }

  /// The second byte of IPv4's header, the traffic class of IPv6's.
  fileprivate func services() throws(Problem) -> MaskedBytes? {
    var (value, mask): (UInt8, UInt8) = (0, 0)
    for (field, bits, shift) in [
      (FlowField.typeOfService, UInt8(0xfc), 0), (.differentiatedServices, 0xfc, 2), (.congestion, 0x03, 0),
    ] {
      guard let bytes = try bytes(field, { MaskedBytes(number: $0, size: 1) }) else { continue }
      guard bytes.isExact, Int(bytes.value[0]) << shift & ~Int(bits) == 0, mask & bits == 0 else {
        throw Problem(reason: "\(field.rawValue)=\(Quotation.escape(values[field] ?? "")) is no value that it can have")
      }
      value |= bytes.value[0] << shift
      mask |= bits
    }
    return mask == 0 ? nil : MaskedBytes(value: [value], mask: [mask])
  }

  fileprivate func timeToLive() throws(Problem) -> UInt64? {
    guard let bytes = try bytes(.timeToLive, { MaskedBytes(number: $0, size: 1) }) else { return nil }
    guard bytes.isExact else { throw Problem(reason: "nw_ttl has a mask, which Open vSwitch refuses") }
    return bytes.number
  }
}

import MirrorModel

/// A match of OpenFlow in text, as the column `filter` of a mirror holds it: fields that a frame must have, all of them.
///
/// The syntax is that of ovs-fields(7): protocols (`tcp`) and `field=value` or `field=value/mask`, with commas or blanks between.
struct FlowMatch {
  /// What cannot be read, or what Open vSwitch does not accept either; completes "it is not carried over: …".
  struct Problem: Error, Hashable {
    var reason: String
  }

  /// By ``FlowField``; each field once.
  private(set) var values: [FlowField: String] = [:]
  private(set) var etherType: UInt16?
  private(set) var networkProtocol: UInt8?

  init(_ text: String) throws(Problem) {
    for (name, value) in try Self.pairs(text) { try add(name, value) }
    for field in FlowField.allCases where values[field] != nil && !field.isPossible(in: etherType, networkProtocol) {
      throw Problem(reason: "\(field.rawValue) needs \(field.prerequisite), without which Open vSwitch refuses it")
    }
    if networkProtocol != nil, !FlowField.networkProtocol.isPossible(in: etherType, nil) {
      throw Problem(
        reason: "nw_proto needs \(FlowField.networkProtocol.prerequisite), without which Open vSwitch refuses it")
    }
  }

  private mutating func add(_ name: String, _ value: String?) throws(Problem) {
    if let (type, number) = Self.protocols[name] {
      try set(etherType: type, name)
      if number != 0 { try set(networkProtocol: number, name) }
      return
    }
    guard let field = FlowField(name: name) else {
      throw Problem(reason: "\(Quotation.quote(name)) has no like in pcap-filter(7)")
    }
    guard let value, !value.isEmpty else { throw Problem(reason: "\(name) has no value") }
    switch field {
    case .etherType:
      guard let number = CNumber.parse(value), let type = UInt16(exactly: number), type >= 0x600 else {
        throw Problem(reason: "\(name)=\(Quotation.escape(value)) is no EtherType from 0x600")
      }
      try set(etherType: type, name)
    case .networkProtocol:
      guard let number = CNumber.parse(value), let type = UInt8(exactly: number), type != 0 else {
        throw Problem(reason: "\(name)=\(Quotation.escape(value)) is no protocol from 1 to 255")
      }
      try set(networkProtocol: type, name)
    default:
      guard values.updateValue(value, forKey: field) == nil else { throw Self.repeated(name) }
    }
  }

  private mutating func set(etherType type: UInt16, _ name: String) throws(Problem) {
    guard etherType == nil else { throw Self.repeated(name) }
    etherType = type
  }

  private mutating func set(networkProtocol number: UInt8, _ name: String) throws(Problem) {
    guard networkProtocol == nil else { throw Self.repeated(name) }
    networkProtocol = number
  }

  private static func repeated(_ name: String) -> Problem {
    Problem(reason: "\(name) says again what another field has said, which Open vSwitch refuses")
  }

  /// `ofp_parse_protocol` of Open vSwitch: names of EtherTypes and of protocols over one of them.
  private static let protocols: [String: (etherType: UInt16, number: UInt8)] = [
    "ip": (0x0800, 0), "ipv4": (0x0800, 0), "ip4": (0x0800, 0), "icmp": (0x0800, 1), "tcp": (0x0800, 6),
    "udp": (0x0800, 17), "sctp": (0x0800, 132), "ipv6": (0x86dd, 0), "ip6": (0x86dd, 0), "icmp6": (0x86dd, 58),
    "tcp6": (0x86dd, 6), "udp6": (0x86dd, 17), "sctp6": (0x86dd, 132), "arp": (0x0806, 0), "rarp": (0x8035, 0),
    "mpls": (0x8847, 0), "mplsm": (0x8848, 0),
  ]

  /// Names and values, cut as `ofputil_parse_key_value` of Open vSwitch does.
  private static func pairs(_ text: String) throws(Problem) -> [(name: String, value: String?)] {
    var pairs: [(String, String?)] = []
    for word in text.utf8.split(whereSeparator: { ", \t\r\n".utf8.contains($0) }) {
      let name = word.prefix { !":=(".utf8.contains($0) }
      let rest = word.dropFirst(name.count)
      guard rest.first != UInt8(ascii: "(") else {
        throw Problem(reason: "\(Quotation.quote(String(decoding: word, as: UTF8.self))) has no like in pcap-filter(7)")
      }
      let value = rest.isEmpty ? nil : String(decoding: rest.dropFirst(), as: UTF8.self)
      pairs.append((String(decoding: name, as: UTF8.self), value))
    }
    return pairs
  }
}

/// The fields of OpenFlow's matches that pcap-filter(7) can express, by one of their names in ovs-fields(7).
enum FlowField: String, CaseIterable {
  case etherSource = "dl_src"
  case etherDestination = "dl_dst"
  case etherType = "dl_type"
  case vlan = "dl_vlan"
  case vlanID = "vlan_vid"
  case vlanTag = "vlan_tci"
  case networkProtocol = "nw_proto"
  case source = "nw_src"
  case destination = "nw_dst"
  case source6 = "ipv6_src"
  case destination6 = "ipv6_dst"
  case typeOfService = "nw_tos"
  case differentiatedServices = "ip_dscp"
  case congestion = "nw_ecn"
  case timeToLive = "nw_ttl"
  case anySourcePort = "tp_src"
  case anyDestinationPort = "tp_dst"
  case tcpSource = "tcp_src"
  case tcpDestination = "tcp_dst"
  case udpSource = "udp_src"
  case udpDestination = "udp_dst"
  case sctpSource = "sctp_src"
  case sctpDestination = "sctp_dst"
  case icmpType = "icmp_type"
  case icmpCode = "icmp_code"
  case icmp6Type = "icmpv6_type"
  case icmp6Code = "icmpv6_code"

  private static let otherNames: [String: FlowField] = [
    "eth_src": .etherSource, "eth_dst": .etherDestination, "eth_type": .etherType, "ip_proto": .networkProtocol,
    "ip_src": .source, "ip_dst": .destination, "ip_ecn": .congestion,
  ]

  init?(name: String) {
    guard let field = FlowField(rawValue: name) ?? Self.otherNames[name] else { return nil }
    self = field
  }

  /// Whether frames of this kind have the field.
  func isPossible(in etherType: UInt16?, _ networkProtocol: UInt8?) -> Bool {
    switch self {
    case .etherSource, .etherDestination, .etherType, .vlan, .vlanID, .vlanTag: true
    case .source, .destination: etherType == 0x0800
    case .source6, .destination6: etherType == 0x86dd
    case .networkProtocol, .typeOfService, .differentiatedServices, .congestion, .timeToLive: Self.isIP(etherType)
    case .anySourcePort, .anyDestinationPort: Self.isIP(etherType) && [6, 17, 132].contains(networkProtocol)
    case .tcpSource, .tcpDestination: Self.isIP(etherType) && networkProtocol == 6
    case .udpSource, .udpDestination: Self.isIP(etherType) && networkProtocol == 17
    case .sctpSource, .sctpDestination: Self.isIP(etherType) && networkProtocol == 132
    case .icmpType, .icmpCode: etherType == 0x0800 && networkProtocol == 1
    case .icmp6Type, .icmp6Code: etherType == 0x86dd && networkProtocol == 58
    }
  }

  private static func isIP(_ etherType: UInt16?) -> Bool { etherType == 0x0800 || etherType == 0x86dd }

  /// What makes it possible, in words.
  var prerequisite: String {
    switch self {
    case .etherSource, .etherDestination, .etherType, .vlan, .vlanID, .vlanTag: "nothing"
    case .source, .destination: "ip"
    case .source6, .destination6: "ipv6"
    case .networkProtocol, .typeOfService, .differentiatedServices, .congestion, .timeToLive: "ip or ipv6"
    case .anySourcePort, .anyDestinationPort: "tcp, udp, sctp or their like with a 6"
    case .tcpSource, .tcpDestination: "tcp or tcp6"
    case .udpSource, .udpDestination: "udp or udp6"
    case .sctpSource, .sctpDestination: "sctp or sctp6"
    case .icmpType, .icmpCode: "icmp"
    case .icmp6Type, .icmp6Code: "icmp6"
    }
  }

  /// Where the field is in the header of TCP, UDP, SCTP or ICMP, in bytes; `nil`: it is not there.
  var transportOffset: (offset: Int, size: Int)? {
    switch self {
    case .anySourcePort, .tcpSource, .udpSource, .sctpSource: (0, 2)
    case .anyDestinationPort, .tcpDestination, .udpDestination, .sctpDestination: (2, 2)
    case .icmpType, .icmp6Type: (0, 1)
    case .icmpCode, .icmp6Code: (1, 1)
    default: nil
    }
  }
}

import NetworkTypes

/// The types of tags that show the VLAN of a frame.
enum TagProtocols: Hashable, Sendable {
  /// On the wire: 802.1Q and 802.1ad alike.
  case any
  /// On a VLAN-aware bridge: its `vlan_protocol`.
  case only(EtherType)

  var types: [EtherType] {
    switch self {
    case .any: [.dot1Q, .dot1AD]
    case .only(let type): [type]
    }
  }

  func contains(_ type: EtherType) -> Bool { types.contains(type) }
}

/// A frame that a station sends into the switch.
public struct ScenarioFrame: Hashable, Sendable {
  public enum Destination: Hashable, Sendable {
    /// The station behind a port, which the switch has learned with this outer VLAN ID on the wire (0: without a tag).
    case station(String, wire: UInt16)
    /// An address that nobody has.
    case unknown
    case broadcast
    case multicast
    /// An address that bridges keep to themselves.
    case control(ControlAddress)

    /// Whether the frame goes to every port of its VLAN.
    public var isFlooded: Bool {
      if case .station = self { false } else { true }
    }

    /// Whether it is the address of one station that the switch does not know.
    public var isUnknownUnicast: Bool {
      switch self {
      case .unknown: true
      case .control(let address): address.octets[0] & 1 == 0
      case .station, .broadcast, .multicast: false
      }
    }
  }

  public var ingress: String
  /// Outermost first.
  public var tags: [FrameTag]
  public var destination: Destination
  /// Octets behind the EtherType, at least 46.
  public var payloadLength: Int

  public init(from ingress: String, tags: [FrameTag] = [], to destination: Destination, payloadLength: Int = 46) {
    self.ingress = ingress
    self.tags = tags
    self.destination = destination
    self.payloadLength = payloadLength
  }

  /// The outer VLAN ID on the wire; 0 also for no tag.
  public var wireVLAN: UInt16 { tags.first?.vlan ?? 0 }
}

/// A VLAN tag.
public struct FrameTag: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// 0x8100
    case customer
    /// 0x88a8
    case service
  }

  public var vlan: UInt16
  /// 0 to 7.
  public var priority: UInt8
  public var kind: Kind

  public init(_ vlan: UInt16, priority: UInt8 = 0, kind: Kind = .customer) {
    self.vlan = vlan
    self.priority = priority
    self.kind = kind
  }

  /// Whether it says nothing.
  var isEmpty: Bool { vlan == 0 && priority == 0 }
}

extension FrameTag: CustomStringConvertible {
  /// `10`, `10 p 5`, `service 10`
  public var description: String {
    (kind == .service ? "service " : "") + "\(vlan)" + (priority == 0 ? "" : " p \(priority)")
  }
}

extension ScenarioFrame: CustomStringConvertible {
  public var description: String {
    let tagText = tags.isEmpty ? "untagged" : "tags [" + tags.map(\.description).joined(separator: ", ") + "]"
    return "in by \(ingress), \(tagText), to \(destination), \(payloadLength) octets"
  }
}

extension ScenarioFrame.Destination: CustomStringConvertible {
  public var description: String {
    switch self {
    case .station(let port, let wire):
      "the station at \(port)" + (wire == 0 ? "" : " that tags its frames \(wire)")
    case .unknown: "an unknown station"
    case .broadcast: "everybody"
    case .multicast: "a group"
    case .control(let address): "\(address)"
    }
  }
}

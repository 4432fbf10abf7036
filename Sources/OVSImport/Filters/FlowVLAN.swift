import MirrorModel

/// What a match asks of a frame's outer VLAN tag.
enum FlowVLAN: Hashable {
  case untagged
  case tagged
  case id(UInt16)

  /// The term of pcap-filter(7) for it.
  var term: String {
    switch self {
    case .untagged: "not vlan"
    case .tagged: "vlan"
    case .id(let id): "vlan \(id)"
    }
  }

  /// The tag's control information as Open vSwitch matches it: 0 without a tag, else with the bit 0x1000 set.
  ///
  /// - Returns: `nil` where pcap-filter(7) has no words for it: priorities, and parts of VLAN IDs.
  fileprivate init?(value: UInt16, mask: UInt16) {
    switch (value, mask) {
    case (0, _) where mask & Self.present != 0: self = .untagged
    case (Self.present, Self.present): self = .tagged
    case (Self.present...Self.present | 0xfff, Self.present | 0xfff): self = .id(value & 0xfff)
    default: return nil
    }
  }

  private static let present: UInt16 = 0x1000
}

extension FlowMatch {
  /// - Returns: `nil` where the match does not mind the tag.
  func vlan() throws(Problem) -> FlowVLAN? {
    let fields = [FlowField.vlan, .vlanID, .vlanTag].filter { values[$0] != nil }
    guard let field = fields.first, let text = values[field] else { return nil }
    guard fields.count == 1 else {
      throw Problem(reason: "\(fields[1].rawValue) says again what \(field.rawValue) has said")
    }
    let problem = Problem(reason: "\(field.rawValue)=\(Quotation.escape(text)) has no like in pcap-filter(7)")
    guard field != .vlan else {
      switch CNumber.parse(text) {
      case 0xffff: return .untagged
      case let number? where (0...4095).contains(number): return .id(UInt16(number))
      default: throw problem
      }
    }
    guard let bytes = MaskedBytes(number: text, size: 2) else { throw problem }
    if bytes.isEverything { return nil }
    let full: UInt16 = field == .vlanID ? 0x1fff : 0xffff
    let (value, mask) = (UInt16(bytes.number), bytes.mask.reduce(0) { $0 << 8 | UInt16($1) } & full)
    guard let vlan = FlowVLAN(value: value, mask: mask) else { throw problem }
    return vlan
  }
}

extension OVSMirror {
  /// The VLAN ID of the tag that its filter asks for.
  var filteredVLAN: Int? {
    guard case .id(let id) = try? FlowMatch(filter).vlan() else { return nil }
    return Int(id)
  }
}

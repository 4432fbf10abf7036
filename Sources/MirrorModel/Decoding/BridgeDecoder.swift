import NetworkTypes

/// Decodes an element of `bridges`.
enum BridgeDecoder {
  static func decode(_ field: Field) -> BridgeSettings? {
    guard let table = FieldTable<BridgeKey>(field, expected: "a mapping with 'name' and 'flood_vlans'") else {
      return nil
    }
    let name = table.required(.name, expected: "the name of a bridge")?.interfaceName()
    let floodVLANs = table[.floodVLANs].map(distinctVLANs) ?? .empty
    guard let name else { return nil }
    return BridgeSettings(name: name, floodVLANs: floodVLANs.ids)
  }

  private static func distinctVLANs(_ field: Field) -> VLANSet {
    var vlans = VLANSet.empty
    for (range, field) in field.vlanRanges(lowest: 1) {
      let repeated = VLANSet(range).intersection(vlans)
      if !repeated.isEmpty { field.report("VLAN \(repeated) is given twice; expected each VLAN once") }
      vlans = vlans.union(VLANSet(range))
    }
    return vlans
  }
}

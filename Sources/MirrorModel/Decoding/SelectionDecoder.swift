import NetworkTypes

/// Decodes what a mirror copies.
enum SelectionDecoder {
  static func decode(_ table: FieldTable<MirrorKey>) -> Selection {
    var selection = Selection()
    selection.scope = scope(table)
    selection.vlans = table[.selectVLAN].flatMap(vlans)
    selection.filter = table[.filter]?.filter()
    return selection
  }

  private static func scope(_ table: FieldTable<MirrorKey>) -> Selection.Scope {
    let source = table[.selectSourcePort]?.portPatterns() ?? []
    let destination = table[.selectDestinationPort]?.portPatterns() ?? []
    guard let all = table[.selectAll], all.flag() == true else {
      return .ports(source: source, destination: destination)
    }
    if table[.bridge] == nil { all.report("'select_all' needs 'bridge', whose ports it selects") }
    for key in table.present(among: [.selectSourcePort, .selectDestinationPort]) {
      table[key]?.report("'select_all: true' selects every port already; remove one of the two keys")
    }
    return .everyPort
  }

  /// An empty list selects every VLAN, as no list does.
  private static func vlans(_ field: Field) -> VLANSet? {
    let ranges = field.vlanRanges(lowest: 0)
    guard !ranges.isEmpty else { return nil }
    return ranges.reduce(into: VLANSet.empty) { $0 = $0.union(VLANSet($1.range)) }
  }
}

extension Field {
  /// A pcap-filter(7) expression; its grammar is not looked at here.
  fileprivate func filter() -> String? {
    let expected = "a pcap-filter(7) expression such as 'tcp port 443'"
    guard let text = text(expected: expected) else { return nil }
    guard !text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
      report("the filter is empty; leave the key out to copy every frame")
      return nil
    }
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\t" || $0 == "\n" }) else {
      report("the filter has control characters; expected \(expected)")
      return nil
    }
    return text
  }
}

import NetworkTypes

/// Decodes the output of a mirror.
enum OutputDecoder {
  static func decode(_ table: FieldTable<MirrorKey>) -> Output? {
    let keys: [MirrorKey] = [.outputPort, .outputVLAN, .outputTunnel]
    let expected = "exactly one of \(Quotation.alternatives(keys.map(\.rawValue)))"
    let present = table.present(among: keys)
    if present.isEmpty { table.whole.report("the mirror has no output; expected \(expected)") }
    if let first = present.first {
      for key in present.dropFirst() {
        table[key]?.report("the mirror has '\(first.rawValue)' as well; expected \(expected)")
      }
    }

    let ports = table[.outputPort].flatMap { self.ports($0, of: table) }
    let vlan = table[.outputVLAN].flatMap { self.vlan($0, of: table) }
    let tunnel = table[.outputTunnel].flatMap(TunnelDecoder.decode)
    return ports.map(Output.ports) ?? vlan.map(Output.vlan) ?? tunnel.map(Output.tunnel)
  }

  private static func ports(_ field: Field, of table: FieldTable<MirrorKey>) -> [String]? {
    let sources = table.present(among: [.selectSourcePort, .selectDestinationPort]).map { key in
      (key: key, names: Set((table[key]?.elementsOrSelf ?? []).compactMap(\.scalarText)))
    }
    var names: [String] = []
    var seen: Set<String> = []
    for port in field.elementsOrSelf {
      guard let name = port.interfaceName() else { continue }
      if !seen.insert(name).inserted { port.report("\(port.given) is given twice; expected each port once") }
      if table[.bridge]?.scalarText == name {
        port.report("\(port.given) is the mirrored bridge itself; expected another interface")
      }
      // Its own copies would be made there.
      for (key, others) in sources where others.contains(name) {
        port.report("\(port.given) is also in \(key.rawValue); an output cannot be a source of its own mirror")
      }
      names.append(name)
    }
    guard !field.elementsOrSelf.isEmpty else {
      field.report("the list is empty; expected at least one interface")
      return nil
    }
    return names
  }

  private static func vlan(_ field: Field, of table: FieldTable<MirrorKey>) -> VLANOutput? {
    guard case .mapping = field.node else {
      requireBridge(field, of: table)
      return field.integer(in: 1...4094, expected: "a VLAN 1..4094 or a mapping with 'id'").map { VLANOutput(id: $0) }
    }
    guard let keys = FieldTable<VLANOutputKey>(field, expected: "a mapping") else { return nil }
    let id: UInt16? = keys.required(.id, expected: "a VLAN 1..4094")?.integer(in: 1...4094, expected: "a VLAN 1..4094")
    let ports = keys[.ports].map(distinctPatterns)
    if keys[.ports] == nil { requireBridge(field, of: table) }
    let isInnerTagKept = keys[.keepInner]?.flag() ?? false
    let isReflected = keys[.reflect]?.flag() ?? false
    guard let id else { return nil }

    var output = VLANOutput(id: id, ports: ports)
    output.innerTag = isInnerTagKept ? .kept : .replaced
    output.ingressPort = isReflected ? .included : .excluded
    return output
  }

  private static func requireBridge(_ field: Field, of table: FieldTable<MirrorKey>) {
    guard table[.bridge] == nil else { return }
    field.report("the ports are not known; expected 'bridge' in the mirror or 'ports' in output_vlan")
  }

  private static func distinctPatterns(_ field: Field) -> [PortPattern] {
    let ports = field.elementsOrSelf
    if ports.isEmpty { field.report("the list is empty; expected at least one interface or pattern") }
    var seen: Set<String> = []
    for port in ports {
      guard let text = port.scalarText, !seen.insert(text).inserted else { continue }
      port.report("\(port.given) is given twice; expected each port once")
    }
    return field.portPatterns()
  }
}

extension Field {
  /// The text of a scalar, whatever it means.
  fileprivate var scalarText: String? {
    guard case .scalar(let text, _, _) = node else { return nil }
    return text
  }
}

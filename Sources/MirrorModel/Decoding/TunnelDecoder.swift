import NetworkTypes

/// Decodes `output_tunnel`.
enum TunnelDecoder {
  /// The words of `type`.
  private enum Kind: String, CaseIterable { case gretap, erspan, vxlan, geneve }

  static func decode(_ field: Field) -> TunnelOutput? {
    guard let table = FieldTable<TunnelKey>(field, expected: "a mapping with 'type' and 'remote'") else { return nil }
    let kinds = Quotation.alternatives(Kind.allCases.map(\.rawValue))
    let kind = table.required(.type, expected: kinds)?.keyword(Kind.self)
    let encapsulation = encapsulation(kind, table)
    let remote = table.required(.remote, expected: Field.addressRule)?.unicastAddress()
    let local = table[.local]?.unicastAddress()
    if let field = table[.local], let local, let remote, local.octets.count != remote.octets.count {
      field.report("\(local) and the remote address \(remote) are not of one family; expected both IPv4 or both IPv6")
    }
    if let field = table[.version], case .v6 = remote, case .erspan(let erspan) = encapsulation, erspan.version == 0 {
      field.report("version 0 has no form over IPv6; expected version 1 or 2, or an IPv4 remote address")
    }
    let device = table[.device]?.interfaceName()
    let vrf = table[.vrf]?.interfaceName()
    if table[.device] != nil, let field = table[.vrf] {
      field.report("'device' names the way already; remove one of the two keys")
    }
    let mark = table[.mark]?.mark()
    let ttl: UInt8? = table[.ttl]?.integer(in: 1...255)
    let tos = serviceOctet(table)
    guard let encapsulation, let remote else { return nil }

    var output = TunnelOutput(encapsulation: encapsulation, remote: remote)
    (output.local, output.device, output.vrf, output.ttl, output.tos) = (local, device, vrf, ttl, tos)
    output.mark = mark
    return output
  }

  private static func serviceOctet(_ table: FieldTable<TunnelKey>) -> UInt8? {
    let tos: UInt8? = table[.tos]?.integer(in: 0...255)
    let dscp: UInt8? = table[.dscp]?.integer(in: 0...63)
    if table[.tos] != nil, let field = table[.dscp] {
      field.report("'tos' holds the DSCP already; remove one of the two keys")
    }
    return tos ?? dscp.map { $0 << 2 }
  }

  /// Reads the header fields of every type, so that each is checked even where it does not belong.
  private static func encapsulation(_ kind: Kind?, _ table: FieldTable<TunnelKey>) -> TunnelOutput.Encapsulation? {
    let key: UInt32? = table[.key]?.integer(in: 0...UInt32.max)
    let erspan = erspan(table)
    let port: UInt16? = table[.port]?.integer(in: 1...65535)
    let vni: UInt32? = table[.vni]?.integer(in: 0...0xff_ffff)
    guard let kind else { return nil }

    switch kind {
    case .gretap:
      checkKeys([.key], of: "gretap", in: table)
      return .gretap(key: key)
    case .erspan:
      guard let erspan else { return nil }
      checkKeys(keys(ofVersion: erspan.version), of: "erspan version \(erspan.version)", in: table)
      return .erspan(erspan)
    case .vxlan, .geneve:
      checkKeys([.vni, .port], of: kind.rawValue, in: table)
      if kind == .geneve { checkRouted(table) }
      guard table.required(.vni, expected: "a whole number 0..16777215") != nil, let vni else { return nil }
      return kind == .vxlan ? .vxlan(vni: vni, port: port) : .geneve(vni: vni, port: port)
    }
  }

  private static func erspan(_ table: FieldTable<TunnelKey>) -> ERSPAN? {
    let version: UInt8? = table[.version].map { $0.integer(in: 0...2, expected: "version 0, 1 or 2") } ?? 1
    let sessionID: UInt16? = table[.sessionID]?.integer(in: 0...1023)
    let index: UInt32? = table[.index]?.integer(in: 0...0xf_ffff)
    let direction = table[.direction]?.keyword(ERSPAN.Direction.self)
    let hardwareID: UInt8? = table[.hardwareID]?.integer(in: 0...63)
    guard let version else { return nil }

    var erspan = ERSPAN(version: version)
    (erspan.sessionID, erspan.index) = (sessionID, index)
    (erspan.direction, erspan.hardwareID) = (direction, hardwareID)
    return erspan
  }

  private static func keys(ofVersion version: UInt8) -> [TunnelKey] {
    switch version {
    case 1: [.version, .sessionID, .index]
    case 2: [.version, .sessionID, .direction, .hardwareID]
    default: [.version]
    }
  }

  /// The kernel's geneve devices have neither a source address nor an interface of their own.
  private static func checkRouted(_ table: FieldTable<TunnelKey>) {
    for key in table.present(among: [.local, .device, .vrf]) {
      table[key]?.report("geneve has no '\(key.rawValue)': its packets go as the routes say; remove the key")
    }
  }

  /// Reports the fields of other headers.
  private static func checkKeys(_ own: [TunnelKey], of header: String, in table: FieldTable<TunnelKey>) {
    let all: [TunnelKey] = [.key, .version, .sessionID, .index, .direction, .hardwareID, .vni, .port]
    let names = own.map(\.rawValue).joined(separator: ", ")
    for key in table.present(among: all) where !own.contains(key) {
      table[key]?.report("\(header) has no '\(key.rawValue)'; its own keys: \(names)")
    }
  }
}

extension Field {
  fileprivate static var addressRule: String { "an IPv4 or IPv6 address" }

  fileprivate func mark() -> PacketMark? {
    let expected = "a firewall mark VALUE or VALUE/MASK, not 0 and within the mask, as 0x0d000000/0xff000000"
    guard let text = text(expected: expected) else { return nil }
    guard let mark = PacketMark(text) else {
      mismatch(expected: expected)
      return nil
    }
    return mark
  }

  fileprivate func unicastAddress() -> IPAddress? {
    guard let text = text(expected: Self.addressRule) else { return nil }
    guard let address = IPAddress(text) else {
      mismatch(expected: Self.addressRule)
      return nil
    }
    guard address.isUnicast else {
      mismatch(expected: "a unicast address")
      return nil
    }
    return address
  }
}

/// The part of Open vSwitch's configuration that mirrors are made of.
public struct OVSDatabase {
  /// In the order of their names.
  let bridges: [OVSBridge]
  let ports: [RecordID: OVSPort]
  let interfaces: [RecordID: OVSInterface]
  let mirrors: [RecordID: OVSMirror]

  /// Joins the four tables, each of which is needed once.
  ///
  /// - Parameter source: what stands for all of them in errors.
  public init(_ tables: [OVSTable], source: String) throws(ImportError) {
    let bridges = try Self.rows(.bridge, tables, source)
    let ports = try Self.rows(.port, tables, source)
    let interfaces = try Self.rows(.interface, tables, source)
    let mirrors = try Self.rows(.mirror, tables, source)
    self.bridges = try Self.values(bridges, OVSBridge.init).sorted { ($0.value.name, $0.key) < ($1.value.name, $1.key) }
      .map(\.value)
    self.ports = try Self.values(ports, OVSPort.init)
    self.interfaces = try Self.values(interfaces, OVSInterface.init)
    self.mirrors = try Self.values(mirrors, OVSMirror.init)
  }

  private static func rows(
    _ name: OVSTable.Name, _ tables: [OVSTable], _ source: String
  ) throws(ImportError) -> [OVSRow] {
    let found = tables.filter { $0.name == name }
    guard let table = found.first else {
      throw ImportError(
        source: source,
        message: "the table \(name.rawValue) is missing; '\(OVSTable.command)' prints all that is needed")
    }
    guard found.count == 1 else {
      throw ImportError(
        source: found[1].source,
        message: "the table \(name.rawValue) was given before, by \(table.source); give it once")
    }
    return table.rows
  }

  private static func values<Value>(
    _ rows: [OVSRow], _ read: (OVSRow) throws(ImportError) -> Value
  ) throws(ImportError) -> [RecordID: Value] {
    var values: [RecordID: Value] = [:]
    for row in rows {
      guard let id = try row.references("_uuid").first else { continue }
      values[id] = try read(row)
    }
    return values
  }
}

/// A record of the table Bridge.
struct OVSBridge {
  let name: String
  let ports: [RecordID]
  let mirrors: [RecordID]
  let floodVLANs: [Int]
  let datapathType: String
  let failMode: String?
  let hasController: Bool

  init(_ row: OVSRow) throws(ImportError) {
    name = try row.string("name")
    ports = try row.references("ports")
    mirrors = try row.references("mirrors")
    floodVLANs = try row.integers("flood_vlans", in: 0...4095)
    datapathType = try row.string("datapath_type")
    failMode = try row.optionalString("fail_mode")
    hasController = try !row.references("controller").isEmpty
  }
}

/// A record of the table Port.
struct OVSPort {
  let name: String
  let interfaces: [RecordID]
  let tag: Int?
  let trunks: [Int]
  let vlanMode: String?
  let bondMode: String?
  let lacp: String?

  init(_ row: OVSRow) throws(ImportError) {
    name = try row.string("name")
    interfaces = try row.references("interfaces")
    tag = try row.integers("tag", in: 0...4095).first
    trunks = try row.integers("trunks", in: 0...4095)
    vlanMode = try row.optionalString("vlan_mode")
    bondMode = try row.optionalString("bond_mode")
    lacp = try row.optionalString("lacp")
  }
}

/// A record of the table Interface.
struct OVSInterface {
  let name: String
  /// Empty or `system` for an interface of the kernel.
  let type: String
  let options: [String: String]

  init(_ row: OVSRow) throws(ImportError) {
    name = try row.string("name")
    type = try row.string("type")
    options = try row.texts("options")
  }
}

/// A record of the table Mirror.
struct OVSMirror {
  let id: RecordID
  let name: String
  let selectAll: Bool
  let selectSourcePorts: [RecordID]
  let selectDestinationPorts: [RecordID]
  let selectVLANs: [Int]
  let outputPort: RecordID?
  let outputVLAN: Int?
  let snaplen: Int?

  init(_ row: OVSRow) throws(ImportError) {
    id = try row.references("_uuid").first ?? RecordID("")
    name = try row.string("name")
    selectAll = try row.flag("select_all")
    selectSourcePorts = try row.references("select_src_port")
    selectDestinationPorts = try row.references("select_dst_port")
    selectVLANs = try row.integers("select_vlan", in: 0...4095)
    outputPort = try row.references("output_port").first
    outputVLAN = try row.integers("output_vlan", in: 1...4095).first
    snaplen = try row.integers("snaplen", in: 14...65535).first
  }
}

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

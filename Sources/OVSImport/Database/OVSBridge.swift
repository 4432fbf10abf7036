/// A record of the table Bridge.
struct OVSBridge {
  let name: String
  let ports: [RecordID]
  let mirrors: [RecordID]
  let floodVLANs: [Int]
  let datapathType: String
  let failMode: String?
  let hasController: Bool
  let unknownColumns: [String]

  init(_ row: OVSRow) throws(ImportError) {
    name = try row.string("name")
    ports = try row.references("ports")
    mirrors = try row.references("mirrors")
    floodVLANs = try row.integers("flood_vlans", in: 0...4095)
    datapathType = try row.string("datapath_type")
    failMode = try row.optionalString("fail_mode")
    hasController = try !row.references("controller").isEmpty
    unknownColumns = row.unknownColumns
  }
}

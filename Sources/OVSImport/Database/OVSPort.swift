/// A record of the table Port.
struct OVSPort {
  let name: String
  let interfaces: [RecordID]
  let tag: Int?
  let trunks: [Int]
  let vlanMode: String?
  let bondMode: String?
  let lacp: String?
  let unknownColumns: [String]

  init(_ row: OVSRow) throws(ImportError) {
    name = try row.string("name")
    interfaces = try row.references("interfaces")
    tag = try row.integers("tag", in: 0...4095).first
    trunks = try row.integers("trunks", in: 0...4095)
    vlanMode = try row.optionalString("vlan_mode")
    bondMode = try row.optionalString("bond_mode")
    lacp = try row.optionalString("lacp")
    unknownColumns = row.unknownColumns
  }
}

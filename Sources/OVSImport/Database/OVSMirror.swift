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
  /// A match of OpenFlow; empty: every frame (Open vSwitch 3.4).
  let filter: String
  let unknownColumns: [String]

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
    filter = try row.string("filter")
    unknownColumns = row.unknownColumns
  }
}

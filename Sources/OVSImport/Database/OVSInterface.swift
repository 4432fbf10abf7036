/// A record of the table Interface.
struct OVSInterface {
  let name: String
  /// Empty or `system` for an interface of the kernel.
  let type: String
  let options: [String: String]
  let unknownColumns: [String]

  init(_ row: OVSRow) throws(ImportError) {
    name = try row.string("name")
    type = try row.string("type")
    options = try row.texts("options")
    unknownColumns = row.unknownColumns
  }
}

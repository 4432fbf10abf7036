import MirrorModel

/// What is asked of a running OVSDB server, and how its answer is read (RFC 7047, sections 4.1.3 and 5.2.2).
public enum DatabaseDialogue {
  /// Longest answer in bytes, 64 MiB.
  public static let maximumBytes = 64 << 20

  private static let id = "mirrorctl"

  /// One transaction that reads the four tables, so that they fit together.
  public static let request: String = {
    // All columns: versions differ in which there are, and one that is not known may matter.
    let selections = OVSTable.Name.allCases.map { #"{"op":"select","table":"\#($0.rawValue)","where":[]}"# }
    return #"{"method":"transact","params":["Open_vSwitch",\#(selections.joined(separator: ","))],"id":"\#(id)"}"#
  }()

  /// The tables in the answer.
  ///
  /// - Parameter source: the name of the server in errors.
  /// - Returns: `nil` where the message is not the answer: servers also send requests of their own.
  public static func tables(
    in message: JSONSplitter.Document, source: String
  ) throws(ImportError) -> [OVSTable]? {
    let message = try JSONValue.decode(message, source: source)
    guard message["method"] == nil, message["id"]?.text == id else { return nil }
    guard let results = message["result"]?.elements else {
      throw refusal(message["error"], source)
    }
    if let failed = results.first(where: { $0["error"] != nil }) { throw refusal(failed, source) }
    guard results.count == OVSTable.Name.allCases.count else { throw refusal(nil, source) }
    var tables: [OVSTable] = []
    for (name, result) in zip(OVSTable.Name.allCases, results) {
      tables.append(try table(name, result, source))
    }
    return tables
  }

  private static func table(
    _ name: OVSTable.Name, _ result: JSONValue, _ source: String
  ) throws(ImportError) -> OVSTable {
    guard let elements = result["rows"]?.elements else { throw refusal(nil, source) }
    var rows: [OVSRow] = []
    for element in elements {
      guard case .object(let columns) = element else { throw refusal(nil, source) }
      let missing = name.requiredColumns.filter { columns[$0] == nil }
      guard missing.isEmpty else {
        throw ImportError(
          source: source,
          message:
            "the table \(name.rawValue) lacks \(missing.joined(separator: ", ")): this is no database of Open vSwitch "
            + "that is known")
      }
      rows.append(OVSRow(table: name, source: source, columns: columns))
    }
    return OVSTable(name: name, source: source, rows: rows)
  }

  private static func refusal(_ error: JSONValue?, _ source: String) -> ImportError {
    let words = [error?["error"]?.text ?? error?.text, error?["details"]?.text, error?["syntax"]?.text]
      .compactMap { $0.map(Quotation.escape) }.joined(separator: ": ")
    let said = words.isEmpty ? "in a way that is not understood" : "'\(words)'"
    return ImportError(
      source: source, message: "the server answered \(said); is this the database of Open vSwitch (ovsdb-server)?")
  }
}

/// A record: a value for each column.
struct OVSRow {
  let table: OVSTable.Name
  let source: String
  let columns: [String: JSONValue]

  func string(_ column: String) throws(ImportError) -> String {
    try optionalString(column) ?? ""
  }

  func optionalString(_ column: String) throws(ImportError) -> String? {
    try list(column, of: "a text") { if case .string(let text) = $0 { text } else { nil } }.first
  }

  func flag(_ column: String) throws(ImportError) -> Bool {
    try list(column, of: "true or false") { if case .boolean(let flag) = $0 { flag } else { nil } }.first ?? false
  }

  func references(_ column: String) throws(ImportError) -> [RecordID] {
    try list(column, of: "a reference to a record") { if case .reference(let id) = $0 { id } else { nil } }
  }

  func integers(_ column: String, in range: ClosedRange<Int>) throws(ImportError) -> [Int] {
    try list(column, of: "a whole number \(range.lowerBound)..\(range.upperBound)") {
      if case .integer(let number) = $0, range.contains(number) { number } else { nil }
    }
  }

  /// A column of texts by texts, such as `options`.
  func texts(_ column: String) throws(ImportError) -> [String: String] {
    guard case .map(let map) = try datum(column) else {
      throw mismatch(column, expected: "texts by texts")
    }
    var texts: [String: String] = [:]
    for case (.string(let key), .string(let value)) in map { texts[key] = value }
    guard texts.count == map.count else { throw mismatch(column, expected: "texts by texts") }
    return texts
  }

  /// The columns that hold something of which nothing in a profile comes, though it may matter; a map's key as `COLUMN:KEY`.
  var unknownColumns: [String] {
    columns.filter { !table.knownColumns.contains($0.key) }.flatMap { column, value -> [String] in
      guard let datum = Datum(value) else { return [column] }
      switch datum {
      case .set(let atoms): return atoms.allSatisfy(\.isDefault) ? [] : [column]
      case .map(let map):
        let names = map.keys.map { key in if case .string(let text) = key { "\(column):\(text)" } else { column } }
        return names.filter { name in !table.knownKeys.contains { name.hasPrefix($0) } }
      }
    }.sorted()
  }

  private func list<Value>(
    _ column: String, of expected: String, _ read: (Atom) -> Value?
  ) throws(ImportError) -> [Value] {
    guard case .set(let atoms) = try datum(column) else { throw mismatch(column, expected: expected) }
    let values = atoms.compactMap(read)
    guard values.count == atoms.count else { throw mismatch(column, expected: expected) }
    return values
  }

  /// A column that this version of Open vSwitch does not have is empty.
  private func datum(_ column: String) throws(ImportError) -> Datum {
    guard let value = columns[column] else { return .set([]) }
    guard let datum = Datum(value) else { throw mismatch(column, expected: "a value of an OVSDB database") }
    return datum
  }

  private func mismatch(_ column: String, expected: String) -> ImportError {
    let id = columns["_uuid"]?.elements?.last?.text.map { " \($0.prefix(36))" } ?? ""
    return ImportError(
      source: source,
      message: "\(table.rawValue)\(id): the column \(column) should hold \(expected), but does not; "
        + "print the tables with '\(OVSTable.command)', without --data")
  }
}

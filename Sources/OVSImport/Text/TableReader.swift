import MirrorModel

/// Reads the tables that `ovs-vsctl --format=json list` prints, one or several in one text.
///
/// The format is that of ovs-vsctl(8), "Table Formatting Options": `{"headings": […], "data": [[…], …]}`. The output of
/// `ovsdb-client --format=json dump` has it too; tables that do not matter are passed over.
public enum TableReader {
  /// Longest text in bytes, 32 MiB: about 20,000 ports.
  public static let maximumBytes = 32 << 20

  /// - Parameter source: the name of the text in errors.
  public static func tables(in bytes: [UInt8], source: String) throws(ImportError) -> [OVSTable] {
    guard bytes.count <= maximumBytes else {
      throw ImportError(
        source: source, message: "the text is longer than \(maximumBytes) bytes, which is the most that is accepted")
    }
    let documents = try split(bytes, source)
    guard !documents.isEmpty else {
      throw ImportError(source: source, message: "the text is empty; expected what '\(OVSTable.command)' prints")
    }
    var tables: [OVSTable] = []
    for document in documents {
      if let table = try table(document, source) { tables.append(table) }
    }
    return tables
  }

  private static func split(_ bytes: [UInt8], _ source: String) throws(ImportError) -> [JSONSplitter.Document] {
    var splitter = JSONSplitter()
    let documents: [JSONSplitter.Document]
    do throws(JSONSplitter.Problem) {
      documents = try splitter.feed(bytes)
    } catch {
      switch error {
      case .noObject(let line):
        throw ImportError(
          source: source, message: "line \(line) is no table in JSON; expected what '\(OVSTable.command)' prints")
      case .tooDeep(let line):
        throw ImportError(source: source, message: "line \(line) is nested deeper than any table; was it edited?")
      }
    }
    guard !splitter.isUnfinished else {
      throw ImportError(source: source, message: "the text ends within a table; save the whole output again")
    }
    return documents
  }

  private static func table(_ document: JSONSplitter.Document, _ source: String) throws(ImportError) -> OVSTable? {
    let value = try JSONValue.decode(document, source: source)
    guard let headings = value["headings"]?.elements, let data = value["data"]?.elements else {
      throw ImportError(
        source: source,
        message: "what starts on line \(document.line) has no 'headings' and 'data'; expected what "
          + "'\(OVSTable.command)' prints")
    }
    let columns = headings.compactMap(\.text)
    guard let name = OVSTable.Name(columns: columns) else { return nil }
    let missing = name.requiredColumns.filter { !columns.contains($0) }
    guard missing.isEmpty else {
      let list = missing.joined(separator: ", ")
      throw ImportError(
        source: source,
        message: "the table \(name.rawValue) lacks the column\(missing.count == 1 ? "" : "s") \(list); "
          + "print it without --columns")
    }
    var rows: [OVSRow] = []
    for cells in data {
      guard let cells = cells.elements, cells.count == columns.count else {
        throw ImportError(
          source: source,
          message: "a row of the table \(name.rawValue) has not one value for each heading; was it edited?")
      }
      let values = Dictionary(zip(columns, cells)) { first, _ in first }
      rows.append(OVSRow(table: name, source: source, columns: values))
    }
    return OVSTable(name: name, source: source, rows: rows)
  }
}

import MirrorModel

/// Reads the YAML that profiles are written in: one document of scalars, sequences and mappings.
///
/// Anchors, aliases, tags and further documents are refused: a profile needs none of them, and without them a short
/// text cannot stand for a large tree. Duplicate keys are kept; they are for the decoder to report.
public enum YAMLParser {
  /// Longest text in bytes, 4 MiB.
  public static let maximumBytes = 4 << 20
  /// Deepest nesting of sequences and mappings.
  public static let maximumDepth = 32
  /// Most scalars, sequences and mappings in one text, keys included.
  public static let maximumNodes = 200_000

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, with or without a byte order mark.
  ///   - file: the name of the text in diagnostics.
  /// - Returns: the document, or `nil` if the text is empty or holds nothing but comments.
  /// - Throws: the first thing that keeps the text from being read, with its place.
  public static func parse(_ bytes: [UInt8], file: String) throws(Diagnostic) -> YAMLNode? {
    guard bytes.count <= maximumBytes else {
      throw Diagnostic(
        file: file, position: SourcePosition(line: 1, column: 1), path: "",
        message: "the text is longer than \(maximumBytes) bytes, which is the most that is accepted")
    }
    let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    let text = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
    guard let events = EventStream(text) else {
      throw LibyamlError.outOfMemory.diagnostic(file: file, text: text)
    }
    var builder = TreeBuilder(events: events, text: text, file: file)
    return try builder.document()
  }
}

/// Builds the tree of one document and enforces the limits while it grows.
private struct TreeBuilder: ~Copyable {
  let events: EventStream
  let text: ArraySlice<UInt8>
  let file: String
  private var nodes = 0

  init(events: consuming EventStream, text: ArraySlice<UInt8>, file: String) {
    self.events = events
    self.text = text
    self.file = file
  }

  mutating func document() throws(Diagnostic) -> YAMLNode? {
    var root: YAMLNode?
    var documents = 0
    while true {
      let event = try next()
      switch event.kind {
      case .streamEnd:
        return root
      case .streamStart, .documentEnd:
        continue
      case .documentStart:
        documents += 1
        guard documents == 1 else { throw finding(event, "a second document starts here; one is accepted") }
      default:
        root = try node(event, depth: 1)
        if case .scalar("", .plain, _) = root { root = nil }
      }
    }
  }

  private mutating func next() throws(Diagnostic) -> YAMLEvent {
    do {
      return try events.next()
    } catch {
      throw error.diagnostic(file: file, text: text)
    }
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(Diagnostic) -> YAMLNode {
    try check(event, depth: depth)
    switch event.kind {
    case .scalar(let text, let style):
      return .scalar(text: text, style: style, at: event.position)
    case .sequenceStart:
      return .sequence(try elements(depth: depth), at: event.position)
    case .mappingStart:
      return .mapping(try entries(depth: depth), at: event.position)
    default:
      throw finding(event, "not valid YAML: a value is expected")
    }
  }

  private mutating func elements(depth: Int) throws(Diagnostic) -> [YAMLNode] {
    var elements: [YAMLNode] = []
    while true {
      let event = try next()
      if case .sequenceEnd = event.kind { return elements }
      elements.append(try node(event, depth: depth + 1))
    }
  }

  private mutating func entries(depth: Int) throws(Diagnostic) -> [(key: YAMLNode, value: YAMLNode)] {
    var entries: [(key: YAMLNode, value: YAMLNode)] = []
    while true {
      let event = try next()
      if case .mappingEnd = event.kind { return entries }
      let key = try node(event, depth: depth + 1)
      let value = try node(try next(), depth: depth + 1)
      entries.append((key, value))
    }
  }

  private mutating func check(_ event: YAMLEvent, depth: Int) throws(Diagnostic) {
    if case .alias = event.kind {
      throw finding(
        event, "anchors and aliases are not accepted; put a name or pattern that starts with '*' in quotes")
    }
    if event.properties.contains(.anchor) { throw finding(event, "anchors and aliases are not accepted") }
    if event.properties.contains(.tag) {
      throw finding(event, "tags are not accepted; put a text that starts with '!' in quotes")
    }
    nodes += 1
    guard nodes <= YAMLParser.maximumNodes else {
      throw finding(event, "there are more than \(YAMLParser.maximumNodes) values; no more are accepted")
    }
    switch event.kind {
    case .sequenceStart, .mappingStart:
      guard depth <= YAMLParser.maximumDepth else {
        throw finding(event, "lists and mappings are nested more than \(YAMLParser.maximumDepth) deep")
      }
    default: break
    }
  }

  private func finding(_ event: YAMLEvent, _ message: String) -> Diagnostic {
    Diagnostic(file: file, position: event.position, path: "", message: message)
  }
}

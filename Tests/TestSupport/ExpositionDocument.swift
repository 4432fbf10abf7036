/// A document in the text format 0.0.4 of Prometheus, read more strictly than Prometheus does: each family has its HELP, then its
/// TYPE, then its samples, and comes once; no series comes twice; counters are named `_total`; nothing is where nothing has to be.
public struct ExpositionDocument {
  public struct Malformed: Error, CustomStringConvertible {
    public var description: String
  }

  public struct Series: Hashable {
    public var name: String
    public var labels: [String: String]

    public init(name: String, labels: [String: String]) {
      self.name = name
      self.labels = labels
    }
  }

  /// Families by name, with their types.
  public private(set) var types: [String: String] = [:]
  public private(set) var helps: [String: String] = [:]
  /// The values as they are written.
  public private(set) var samples: [Series: String] = [:]

  private static let kinds = ["counter", "gauge", "summary"]

  public init(_ text: String) throws(Malformed) {
    guard !text.isEmpty else { return }
    guard text.utf8.last == UInt8(ascii: "\n") else { throw Malformed(description: "the last line does not end") }
    var current: String?
    var awaitsType = false
    for bytes in text.utf8.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let line = String(decoding: bytes, as: UTF8.self)
      if line.hasPrefix("# HELP ") {
        guard !awaitsType else { throw Malformed(description: "HELP without TYPE before: \(line)") }
        current = try addHelp(line)
        awaitsType = true
      } else if line.hasPrefix("# TYPE ") {
        guard awaitsType, let name = current else { throw Malformed(description: "TYPE without HELP: \(line)") }
        try addType(line, name)
        awaitsType = false
      } else {
        guard !awaitsType, let name = current else { throw Malformed(description: "sample without head: \(line)") }
        try addSample(line, family: name)
      }
    }
    guard !awaitsType else { throw Malformed(description: "HELP without TYPE at the end") }
    for name in types.keys where !samples.keys.contains(where: { $0.name.hasPrefix(name) }) {
      throw Malformed(description: "\(name) has no samples")
    }
  }

  /// The value of a series, by name and labels.
  public subscript(_ name: String, _ labels: [String: String]) -> Double? {
    samples[Series(name: name, labels: labels)].flatMap(Double.init)
  }

  /// The label sets of a metric.
  public func labels(of name: String) -> [[String: String]] { samples.keys.filter { $0.name == name }.map(\.labels) }

  private mutating func addHelp(_ line: String) throws(Malformed) -> String {
    let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, Self.isName(parts[2]), !parts[3].isEmpty else { throw Malformed(description: line) }
    guard helps[parts[2]] == nil else { throw Malformed(description: "\(parts[2]) comes twice") }
    var rest = Substring(parts[3])
    helps[parts[2]] = try Self.unescape(&rest, until: nil)
    return parts[2]
  }

  private mutating func addType(_ line: String, _ name: String) throws(Malformed) {
    let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, parts[2] == name, Self.kinds.contains(parts[3]) else { throw Malformed(description: line) }
    guard (parts[3] == "counter") == name.hasSuffix("_total") else {
      throw Malformed(description: "\(name) is a \(parts[3])")
    }
    types[name] = parts[3]
  }

  private mutating func addSample(_ line: String, family: String) throws(Malformed) {
    var rest = Substring(line)
    let name = String(rest.prefix { Self.isNameCharacter($0) })
    rest = rest.dropFirst(name.count)
    let allowed = types[family] == "summary" ? ["_sum", "_count"].map { family + $0 } : [family]
    guard allowed.contains(name) else { throw Malformed(description: "\(name) in the family \(family)") }
    let labels = rest.first == "{" ? try Self.takeLabels(&rest) : [:]
    guard rest.first == " " else { throw Malformed(description: line) }
    let value = String(rest.dropFirst())
    let words = ["NaN", "+Inf", "-Inf"]
    let isNumber = Double(value) != nil && value.utf8.allSatisfy { "0123456789.e+-".utf8.contains($0) }
    guard words.contains(value) || isNumber else { throw Malformed(description: "no number: \(line)") }
    guard samples.updateValue(value, forKey: Series(name: name, labels: labels)) == nil else {
      throw Malformed(description: "twice: \(line)")
    }
  }

  private static func takeLabels(_ rest: inout Substring) throws(Malformed) -> [String: String] {
    let all = String(rest)
    var labels: [String: String] = [:]
    repeat {
      rest = rest.dropFirst()
      let name = String(rest.prefix { isNameCharacter($0) && $0 != ":" })
      rest = rest.dropFirst(name.count)
      guard isName(name), rest.hasPrefix("=\"") else { throw Malformed(description: all) }
      rest = rest.dropFirst(2)
      let value = try unescape(&rest, until: "\"")
      guard labels.updateValue(value, forKey: name) == nil else {
        throw Malformed(description: "\(name) twice: \(all)")
      }
    } while rest.first == ","
    guard rest.first == "}" else { throw Malformed(description: all) }
    rest = rest.dropFirst()
    return labels
  }

  /// - Parameter quote: what ends the text, and may be escaped in it.
  private static func unescape(_ rest: inout Substring, until quote: Unicode.Scalar?) throws(Malformed) -> String {
    var text = String.UnicodeScalarView()
    var scalars = rest.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      if scalar == quote {
        rest = Substring(scalars)
        return String(text)
      }
      guard scalar == "\\" else {
        text.append(scalar)
        continue
      }
      switch scalars.popFirst() {
      case "n": text.append("\n")
      case "\\": text.append("\\")
      case "\"" where quote != nil: text.append("\"")
      default: throw Malformed(description: "a bad escape in \(rest)")
      }
    }
    guard quote == nil else { throw Malformed(description: "no end of \(rest)") }
    return String(text)
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.first, !("0"..."9").contains(first) else { return false }
    return text.allSatisfy(isNameCharacter)
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    switch character {
    case "a"..."z", "A"..."Z", "0"..."9", "_", ":": character.isASCII
    default: false
    }
  }
}

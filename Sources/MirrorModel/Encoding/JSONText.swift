import NetworkTypes

/// A value of JSON on one line without spaces, in the part of it that is YAML as well.
enum JSONText {
  static func object(_ members: [(key: String, value: String)]) -> String {
    "{" + members.map { "\(string($0.key)):\($0.value)" }.joined(separator: ",") + "}"
  }

  static func array(_ elements: [String]) -> String {
    "[" + elements.joined(separator: ",") + "]"
  }

  static func string(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain { return "\"" + text + "\"" }
    var escaped = ""
    for scalar in text.unicodeScalars { escaped += escape(scalar) }
    return "\"\(escaped)\""
  }

  /// Escapes what JSON or YAML does not let stand for itself, where YAML takes more characters for line breaks than JSON, and what
  /// a terminal might take for a command.
  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x22: "\\\""
    case 0x5c: "\\\\"
    case 0x09: "\\t"
    case 0x0a: "\\n"
    case 0..<0x10000 where !scalar.isPrintable:
      "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count) + String(scalar.value, radix: 16)
    default: String(scalar)
    }
  }
}

/// The members of a JSON object; those with a default value are left out.
struct JSONMembers<Key: RawRepresentable> where Key.RawValue == String {
  private var members: [(key: String, value: String)] = []

  var text: String { JSONText.object(members) }

  /// Adds a member whose value is JSON already; `nil` adds nothing.
  mutating func add(_ key: Key, json value: String?) {
    if let value { members.append((key.rawValue, value)) }
  }

  mutating func add(_ key: Key, string value: String?) {
    add(key, json: value.map(JSONText.string))
  }

  mutating func add(_ key: Key, number value: (some BinaryInteger)?) {
    add(key, json: value.map { "\($0)" })
  }

  /// Adds `true` or `false` unless it is the key's default.
  mutating func add(_ key: Key, flag value: Bool, default defaultValue: Bool = false) {
    if value != defaultValue { add(key, json: "\(value)") }
  }

  /// Adds a list, whose only element stands without the list; an empty one adds nothing.
  mutating func add(_ key: Key, list values: [String]) {
    guard let first = values.first else { return }
    add(key, json: values.count == 1 ? first : JSONText.array(values))
  }
}

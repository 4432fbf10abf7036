/// Reads one JSON value (RFC 8259).
///
/// Databases have millions of small values of unknown types, at which a `Decoder` has to guess one by one.
struct JSONParser {
  /// The first thing that is not JSON.
  struct Problem: Error {
    /// Where, in bytes from 0.
    var offset: Int
    /// Completes "expected …".
    var expected: String
  }

  private let bytes: [UInt8]
  private var next = 0
  private var depth = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The value that the whole text is. Of a member that is given twice the last one counts.
  mutating func parse() throws(Problem) -> JSONValue {
    let value = try value()
    skipSpace()
    guard next == bytes.count else { throw problem("the end") }
    return value
  }

  private mutating func value() throws(Problem) -> JSONValue {
    skipSpace()
    guard let byte = peek else { throw problem("a value") }
    switch byte {
    case UInt8(ascii: "{"): return try nested { parser throws(Problem) in .object(try parser.members()) }
    case UInt8(ascii: "["): return try nested { parser throws(Problem) in .array(try parser.elements()) }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ read: (inout JSONParser) throws(Problem) -> JSONValue
  ) throws(Problem) -> JSONValue {
    guard depth < JSONSplitter.maximumDepth else { throw problem("less nesting") }
    depth += 1
    next += 1
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func members() throws(Problem) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    if take("}") { return members }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw problem("a name in quotes") }
      let name = try string()
      guard take(":") else { throw problem("':'") }
      members[name] = try value()
      if take("}") { return members }
      guard take(",") else { throw problem("',' or '}'") }
    }
  }

  private mutating func elements() throws(Problem) -> [JSONValue] {
    var elements: [JSONValue] = []
    if take("]") { return elements }
    while true {
      elements.append(try value())
      if take("]") { return elements }
      guard take(",") else { throw problem("',' or ']'") }
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Problem) -> JSONValue {
    let text = "\(word)".utf8
    guard bytes[next...].starts(with: text) else { throw problem("a value") }
    next += text.count
    return value
  }

  private mutating func number() throws(Problem) -> JSONValue {
    let start = next
    while let byte = peek, Self.isPartOfNumber(byte) { next += 1 }
    let text = String(decoding: bytes[start..<next], as: UTF8.self)
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let hasLeadingZero = digits.hasPrefix("0") && digits.dropFirst().first?.isNumber == true
    guard digits.first?.isNumber == true, digits.last?.isNumber == true, !hasLeadingZero, let real = Double(text) else {
      next = start
      throw problem("a value")
    }
    return Int(text).map(JSONValue.integer) ?? .real(real)
  }

  private static func isPartOfNumber(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
  }

  private var peek: UInt8? { next < bytes.count ? bytes[next] : nil }

  private func problem(_ expected: String) -> Problem { Problem(offset: next, expected: expected) }

  private mutating func skipSpace() {
    while let byte = peek, " \t\r\n".utf8.contains(byte) { next += 1 }
  }

  /// Goes past a sign, and white space before it, if it comes next.
  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: sign) else { return false }
    next += 1
    return true
  }
}

extension JSONParser {
  private mutating func string() throws(Problem) -> String {
    next += 1
    var octets: [UInt8] = []
    let start = next
    while let byte = peek {
      next += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: octets, as: UTF8.self) else {
          throw Problem(offset: start, expected: "text in UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): octets += String(try escape()).utf8
      case 0..<0x20: throw Problem(offset: next - 1, expected: "control characters as \\u…")
      default: octets.append(byte)
      }
    }
    throw problem("the end of a text")
  }

  /// What follows a backslash.
  private mutating func escape() throws(Problem) -> Unicode.Scalar {
    guard let byte = peek else { throw problem("an escape") }
    next += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try codePoint()
    default: throw Problem(offset: next - 1, expected: "an escape of JSON")
    }
  }

  /// One `\u…`, or two that are a surrogate pair.
  private mutating func codePoint() throws(Problem) -> Unicode.Scalar {
    let start = next
    let unit = try hexUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xdc00, bytes[next...].starts(with: "\\u".utf8) else {
      throw Problem(offset: start, expected: "a whole surrogate pair")
    }
    next += 2
    let second = try hexUnit()
    guard (0xdc00...0xdfff).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (second - 0xdc00))
    else { throw Problem(offset: start, expected: "a whole surrogate pair") }
    return scalar
  }

  private mutating func hexUnit() throws(Problem) -> UInt32 {
    let digits = bytes[next..<min(next + 4, bytes.count)]
    guard digits.count == 4, digits.allSatisfy({ UInt8(ascii: "0") <= $0 && $0 < 0x7f && $0 != UInt8(ascii: "+") }),
      let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw problem("four hexadecimal digits") }
    next += 4
    return unit
  }
}

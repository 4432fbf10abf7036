/// A JSON value of any shape.
indirect enum JSONValue {
  case string(String)
  case integer(Int)
  case real(Double)
  case boolean(Bool)
  case null
  case array([JSONValue])
  case object([String: JSONValue])

  /// Reads one object whose end ``JSONSplitter`` has found.
  ///
  /// - Parameter source: the name of the text in the error.
  static func decode(_ document: JSONSplitter.Document, source: String) throws(ImportError) -> JSONValue {
    var parser = JSONParser(document.bytes)
    do throws(JSONParser.Problem) {
      return try parser.parse()
    } catch {
      let before = document.bytes.prefix(error.offset)
      let line = document.line + before.count { $0 == UInt8(ascii: "\n") }
      let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
      throw ImportError(
        source: source,
        message: "line \(line), byte \(column): not valid JSON: expected \(error.expected); was it edited?")
    }
  }

  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  var elements: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}

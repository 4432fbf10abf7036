import FoundationEssentials

/// A JSON value of any shape.
indirect enum JSONValue: Decodable {
  case string(String)
  case integer(Int)
  case real(Double)
  case boolean(Bool)
  case null
  case array([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let array = try? container.decode([JSONValue].self) {
      self = .array(array)
    } else if let text = try? container.decode(String.self) {
      self = .string(text)
    } else if let number = try? container.decode(Int.self) {
      self = .integer(number)
    } else if let flag = try? container.decode(Bool.self) {
      self = .boolean(flag)
    } else if container.decodeNil() {
      self = .null
    } else if let number = try? container.decode(Double.self) {
      self = .real(number)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Reads one object whose end ``JSONSplitter`` has found.
  ///
  /// - Parameter source: the name of the text in the error.
  static func decode(_ document: JSONSplitter.Document, source: String) throws(ImportError) -> JSONValue {
    do {
      return try JSONDecoder().decode(JSONValue.self, from: Data(document.bytes))
    } catch {
      throw ImportError(source: source, message: "the text that starts on line \(document.line) is not valid JSON")
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

/// A node of the document, the path that leads to it and the place where findings about it go.
///
/// The reading functions answer `nil` after they have reported a finding, so that decoding goes on to the next one.
struct Field {
  let node: YAMLNode
  /// As in ``Diagnostic/path``.
  let path: String
  let findings: Findings

  func report(_ message: @autoclosure () -> String) {
    findings.add(at: node.position, path: path, message())
  }

  /// Reports that the node is something other than what is accepted.
  ///
  /// - Parameters:
  ///   - expected: completes "expected …".
  ///   - given: what the node is instead, if that takes other words than ``given``.
  func mismatch(expected: String, given: String? = nil) {
    report(isAbsent ? "expected \(expected); no value is given" : "expected \(expected), not \(given ?? self.given)")
  }

  /// Whether the value is left out or null.
  var isAbsent: Bool {
    guard case .scalar(let text, .plain, _) = node else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// The node in a few words: `4095`, `'tap1'`, `a list`.
  var given: String {
    switch node {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar(let text, .plain, _) where WholeNumber.parse(text) != nil: text
    case .scalar(let text, _, _): Quotation.quote(text)
    }
  }

  /// The text of a scalar, in quotes or not; it may be empty only in quotes.
  func text(expected: String) -> String? {
    guard case .scalar(let text, _, _) = node, !isAbsent else {
      mismatch(expected: expected)
      return nil
    }
    return text
  }

  /// `true` or `false`; YAML's older words for them are refused, since `no` and `off` can be meant as names.
  func flag() -> Bool? {
    let expected = "true or false"
    guard case .scalar(let text, let style, _) = node, text == "true" || text == "false" else {
      mismatch(expected: expected)
      return nil
    }
    guard style == .plain else {
      mismatch(expected: expected + " without quotes", given: "the quoted text \(given)")
      return nil
    }
    return text == "true"
  }

  /// A whole number within a range, decimal or `0x…`, without quotes.
  func integer<Number: FixedWidthInteger>(
    in range: ClosedRange<Number>, expected description: String? = nil
  ) -> Number? {
    let expected = description ?? "a whole number \(range.lowerBound)..\(range.upperBound)"
    guard case .scalar(let text, let style, _) = node, let value = WholeNumber.parse(text) else {
      mismatch(expected: expected, given: WholeNumber.hasLeadingZeros(node) ? "\(given) with leading zeros" : nil)
      return nil
    }
    guard style == .plain else {
      mismatch(expected: expected + " without quotes", given: "the quoted text \(given)")
      return nil
    }
    guard let number = Number(exactly: value), range.contains(number) else {
      mismatch(expected: expected)
      return nil
    }
    return number
  }

  /// One of the words of an enumeration.
  func keyword<Word: RawRepresentable & CaseIterable>(_: Word.Type) -> Word? where Word.RawValue == String {
    let expected = Quotation.alternatives(Word.allCases.map(\.rawValue))
    guard let text = text(expected: expected) else { return nil }
    guard let word = Word(rawValue: text) else {
      mismatch(expected: expected)
      return nil
    }
    return word
  }

  /// The elements of a list.
  func elements(expected: String) -> [Field]? {
    guard case .sequence(let nodes, _) = node else {
      mismatch(expected: expected)
      return nil
    }
    return nodes.enumerated().map { Field(node: $1, path: "\(path)[\($0)]", findings: findings) }
  }

  /// The elements of a list, or the node itself where one value stands without the list.
  var elementsOrSelf: [Field] {
    guard case .sequence = node else { return [self] }
    return elements(expected: "a list") ?? []
  }
}

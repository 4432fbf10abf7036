import NetworkTypes

extension Field {
  /// The name of a mirror or profile.
  func objectName() -> String? {
    guard let text = text(expected: ObjectName.rule) else { return nil }
    guard ObjectName.isValid(text) else {
      mismatch(expected: ObjectName.rule)
      return nil
    }
    return text
  }

  /// The name of one interface, which need not exist.
  func interfaceName() -> String? {
    let expected = "the name of an interface"
    guard let text = text(expected: expected), check(text, expected: expected) else { return nil }
    guard PortPattern(text).isLiteral else {
      mismatch(expected: expected, given: "the pattern \(given)")
      return nil
    }
    return text
  }

  /// One or several names or patterns.
  func portPatterns() -> [PortPattern] {
    elementsOrSelf.compactMap { $0.portPattern() }
  }

  private func portPattern() -> PortPattern? {
    let expected = "the name of an interface or a pattern"
    guard let text = text(expected: expected), check(text, expected: expected) else { return nil }
    let pattern = PortPattern(text)
    switch pattern.isLiteral ? nil : Glob(text).problem {
    case nil:
      return pattern
    case .unclosedSet:
      report("the pattern \(given) has '[' without ']'; expected a set such as [abc], [a-z] or [!abc]")
    case .backwardRange(let range):
      report("the pattern \(given) has the range \(Quotation.quote(range)), which is empty; expected low to high")
    }
    return nil
  }

  /// Applies the kernel's rules for names, which hold for the text of patterns as well.
  private func check(_ text: String, expected: String) -> Bool {
    guard !InterfaceName.isValid(text) else { return true }
    let maximum = InterfaceName.maximumAlternativeLength
    if text.utf8.count > maximum {
      report("\(given) has \(text.utf8.count) bytes; expected \(expected) of at most \(maximum)")
    } else {
      mismatch(expected: "\(expected) (no '/', ':' or white space; not '.' or '..')")
    }
    return false
  }
}

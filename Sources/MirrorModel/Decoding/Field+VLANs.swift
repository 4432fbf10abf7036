import NetworkTypes

extension Field {
  /// One or several VLANs and ranges of VLANs, each with the place where it is given.
  ///
  /// - Parameter lowest: 0 where untagged frames can be meant, else 1; the highest is 4094.
  func vlanRanges(lowest: UInt16) -> [(range: ClosedRange<UInt16>, field: Field)] {
    elementsOrSelf.compactMap { field in
      field.vlanRange(within: lowest...4094).map { ($0, field) }
    }
  }

  private func vlanRange(within accepted: ClosedRange<UInt16>) -> ClosedRange<UInt16>? {
    let expected = "a VLAN \(accepted.lowerBound)..\(accepted.upperBound) or a range such as 20-29"
    guard let text = text(expected: expected) else { return nil }
    guard let (low, high) = Self.bounds(text), let low = UInt16(exactly: low), let high = UInt16(exactly: high),
      accepted.contains(low), accepted.contains(high)
    else {
      mismatch(expected: expected)
      return nil
    }
    guard low <= high else {
      mismatch(expected: "a range from low to high")
      return nil
    }
    return low...high
  }

  private static func bounds(_ text: String) -> (Int, Int)? {
    if let single = WholeNumber.parse(text) { return (single, single) }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let low = WholeNumber.parse(String(parts[0])),
      let high = WholeNumber.parse(String(parts[1]))
    else { return nil }
    return (low, high)
  }
}

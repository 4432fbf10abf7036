extension Field {
  /// `sample`: a number, or a mapping with `one_in` and `random`.
  func sample() -> Sample? {
    guard case .mapping = node else {
      return integer(in: Self.sampleRange, expected: "1..65535 or a mapping with 'one_in'").map { Sample(oneIn: $0) }
    }
    guard let table = FieldTable<SampleKey>(self, expected: "a mapping") else { return nil }
    let oneIn = table.required(.oneIn, expected: "1..65535")?.integer(in: Self.sampleRange)
    let isRandom = table[.random]?.flag() ?? false
    return oneIn.map { Sample(oneIn: $0, choice: isRandom ? .random : .counted) }
  }

  /// `rate`: a rate, or a mapping with `rate` and `burst`.
  func rateLimit() -> RateLimit? {
    guard case .mapping = node else {
      return rate().map { RateLimit(bitsPerSecond: $0) }
    }
    guard let table = FieldTable<RateKey>(self, expected: "a mapping") else { return nil }
    let rate = table.required(.rate, expected: Self.rateRule)?.rate()
    let burst = table[.burst]?.size()
    return rate.map { RateLimit(bitsPerSecond: $0, burstBytes: burst) }
  }

  /// The range of `tc-gact(8)`'s VAL.
  private static var sampleRange: ClosedRange<Int> { 1...65535 }

  private static var rateRule: String { "a rate such as 200mbit (units bit, kbit, mbit, gbit; at least 8bit)" }

  private func rate() -> Int? {
    quantity(in: 8...Int.max, units: Quantity.rateUnits, expected: Self.rateRule)
  }

  private func size() -> Int? {
    quantity(
      in: 1...Int(UInt32.max), units: Quantity.sizeUnits,
      expected: "a size such as 256kb (units kb, mb; 1..4294967295 bytes)")
  }

  private func quantity(
    in range: ClosedRange<Int>, units: [(name: String, factor: Int)], expected: String
  ) -> Int? {
    guard let text = text(expected: expected) else { return nil }
    guard let value = Quantity.parse(text, units: units), range.contains(value) else {
      mismatch(expected: expected)
      return nil
    }
    return value
  }
}

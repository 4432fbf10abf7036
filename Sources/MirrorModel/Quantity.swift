/// A whole number with an optional unit: `200mbit`, `256kb`.
///
/// The units are those of tc(8): rates count in thousands, sizes in multiples of 1024.
enum Quantity {
  /// Bits per second.
  static let rateUnits: [(name: String, factor: Int)] = [
    ("gbit", 1_000_000_000), ("mbit", 1_000_000), ("kbit", 1000), ("bit", 1),
  ]
  /// Bytes.
  static let sizeUnits: [(name: String, factor: Int)] = [("mb", 1 << 20), ("kb", 1 << 10)]

  /// `nil` if the text is no such quantity or does not fit.
  static func parse(_ text: String, units: [(name: String, factor: Int)]) -> Int? {
    guard let unit = units.first(where: { text.hasSuffix($0.name) }) else { return WholeNumber.parse(text) }
    let number = text.dropLast(unit.name.count)
    guard !number.hasPrefix("0x"), let count = WholeNumber.parse(String(number)) else { return nil }
    let (value, overflow) = count.multipliedReportingOverflow(by: unit.factor)
    return overflow ? nil : value
  }

  /// The value in the largest unit that leaves a whole number; without unit where there is none.
  static func format(_ value: Int, units: [(name: String, factor: Int)]) -> String {
    guard let unit = units.first(where: { $0.factor > 1 && value.isMultiple(of: $0.factor) }) else { return "\(value)" }
    return "\(value / unit.factor)\(unit.name)"
  }
}

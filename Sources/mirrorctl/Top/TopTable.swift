import MirrorController
import NetworkTypes

/// The rates of all mirrors for people: a header and an aligned line for each.
struct TopTable {
  enum Unit: String { case bits, bytes }

  let header: String
  let rows: [String]

  init(_ rates: [MirrorRate], unit: Unit) {
    let heads = ["NAME", "PROFILE", "STATE", "PACKETS/S", unit == .bits ? "BITS/S" : "BYTES/S", "DROPPED/S", "REASON"]
    let cells = [heads] + rates.map { Self.row($0, unit) }
    let widths = heads.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    let lines = cells.map { row in
      let padded = zip(row, widths).enumerated().map { column, cell in
        Self.numbers.contains(column) ? cell.0.padded(before: cell.1) : cell.0.padded(to: cell.1)
      }
      return padded.joined(separator: "  ").withoutPadding
    }
    header = lines[0]
    rows = Array(lines.dropFirst())
  }

  /// The columns that are aligned to the right.
  private static let numbers = 3...5

  private static func row(_ rate: MirrorRate, _ unit: Unit) -> [String] {
    let report = rate.mirror.report
    func text(_ value: Double?) -> String { value.map(RateText.text) ?? "-" }
    let state = rate.presence == .gone ? "gone" : report.state.rawValue
    let remark = rate.presence == .restarted ? ["counters start again"] : []
    let reasons = rate.presence == .gone ? [] : report.reasons + report.notes
    return [
      report.name, report.owner.profile, state, text(rate.rates?.packets),
      text(rate.rates.map { unit == .bits ? $0.bytes * 8 : $0.bytes }), text(rate.rates?.dropped),
      (remark + reasons).joined(separator: "; "),
    ].map(\.printable)
  }
}

/// A rate in at most six characters: powers of a thousand, three digits that count.
enum RateText {
  static func text(_ value: Double) -> String {
    guard value.isFinite, value >= 0 else { return "-" }
    var (rest, unit) = (value, "")
    for next in ["k", "M", "G", "T", "P"] where rest >= 999.5 { (rest, unit) = (rest / 1000, next) }
    if rest >= 99.95 || (unit.isEmpty && rest == rest.rounded()) { return "\(Int(rest.rounded()))\(unit)" }
    let digits = rest >= 9.995 ? 10.0 : 100.0
    let scaled = Int((rest * digits).rounded())
    let fraction = "\(scaled % Int(digits))"
    let zeros = String(repeating: "0", count: (digits == 10 ? 1 : 2) - fraction.count)
    return "\(scaled / Int(digits)).\(zeros)\(fraction)\(unit)"
  }
}

extension String {
  /// The text with blanks before it up to a width.
  func padded(before width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}

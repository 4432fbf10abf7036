/// The samples of one metric in the text format 0.0.4 of Prometheus
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct MetricFamily {
  enum Kind: String { case counter, gauge, summary }

  enum Value {
    case count(UInt64)
    case number(Double)
  }

  private struct Series: Hashable {
    var suffix: String
    var labels: [String]
  }

  let name: String
  let kind: Kind
  let help: String
  private var lines: [String] = []
  private var series: Set<Series> = []

  /// - Parameter name: letters, digits and `_`; that of a counter ends in `_total`.
  init(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }

  /// Adds a sample, unless there is one with the same labels: whoever reads a series twice refuses the whole document.
  ///
  /// - Parameter suffix: `_sum` or `_count` of a summary.
  mutating func add(_ value: Value, _ labels: [(name: String, value: String)] = [], suffix: String = "") {
    let pairs = labels.map { "\($0.name)=\"\(Self.escape($0.value, quotes: true))\"" }
    guard series.insert(Series(suffix: suffix, labels: pairs)).inserted else { return }
    let braces = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
    lines.append("\(name)\(suffix)\(braces) \(Self.text(value))")
  }

  mutating func add(_ count: UInt64, _ labels: [(name: String, value: String)] = []) {
    add(.count(count), labels)
  }

  mutating func add(_ count: Int, _ labels: [(name: String, value: String)] = []) {
    add(.count(UInt64(max(0, count))), labels)
  }

  /// Adds 1 for yes and 0 for no.
  mutating func add(_ answer: Bool, _ labels: [(name: String, value: String)] = []) {
    add(.count(answer ? 1 : 0), labels)
  }

  /// The family with its head, each line ended; empty without samples.
  var text: String {
    guard !lines.isEmpty else { return "" }
    let head = ["# HELP \(name) \(Self.escape(help, quotes: false))", "# TYPE \(name) \(kind.rawValue)"]
    return (head + lines).map { $0 + "\n" }.joined()
  }

  private static func escape(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .count(let count): "\(count)"
    case .number(let number) where number.isNaN: "NaN"
    case .number(let number) where number.isInfinite: number < 0 ? "-Inf" : "+Inf"
    case .number(let number): "\(number)"
    }
  }
}

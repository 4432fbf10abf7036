/// What tc lists of one kind of action, without what may differ though nothing is different: which of the two places the record of a
/// mirror is in, and which number the kernel has given to a tcx program.
struct ActionLines {
  /// The actions in their order, then a line for each record.
  private(set) var lines: [String] = []

  private static let pageMark = "6d637472"
  private static let programMark = "6d637474"
  private static let headMarks = (second: "6d63746f0001", first: "6d63746f0000")

  /// - Parameter listed: without white space around and within them.
  init(_ listed: [String]) {
    var number = 0
    var marks = 0
    var records: [UInt32: [(page: UInt32, hex: Substring)]] = [:]
    for action in listed.runs(startingAt: "action order ") {
      let cookie = action.first { $0.hasPrefix("cookie ") }?.dropFirst(7) ?? ""
      if cookie.hasPrefix(Self.pageMark), let index = Self.index(of: action) {
        records[index >> 12, default: []].append((index & 0xfff, cookie.dropFirst(Self.pageMark.count)))
        continue
      }
      if cookie.hasPrefix(Self.programMark) {
        marks += 1
        continue
      }
      lines += action.map { line in
        let words = line.replacing("cookie \(Self.headMarks.second)", with: "cookie \(Self.headMarks.first)")
        guard words.hasPrefix("action order "), let end = words.firstIndex(of: ":") else { return words }
        return "action order \(number)\(words[end...])"
      }
      number += 1
    }
    lines += records.map { place, pages in
      let text = pages.sorted { $0.page < $1.page }.map { "\($0.page):\($0.hex)" }.joined(separator: " ")
      return "record of slot \(place & 0xffff) \(text)"
    }.sorted()
    if marks > 0 { lines.append("marks of \(marks) programs") }
  }

  private static func index(of action: [String]) -> UInt32? {
    action.first { $0.hasPrefix("index ") }?.split(separator: " ").dropFirst().first.flatMap { UInt32($0) }
  }
}

extension [String] {
  /// Runs of elements, each from one that has a prefix up to the next such one; what comes before the first is a run as well.
  fileprivate func runs(startingAt prefix: String) -> [[String]] {
    reduce(into: []) { runs, line in
      if line.hasPrefix(prefix) || runs.isEmpty { runs.append([line]) } else { runs[runs.count - 1].append(line) }
    }
  }
}

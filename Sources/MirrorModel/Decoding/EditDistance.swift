/// Finds the word that a misspelt one was meant to be.
enum EditDistance {
  /// The nearest candidate, the first of several; `nil` if there is none.
  ///
  /// Only the first 64 characters of the text count, which is longer than any key.
  static func nearest(to text: some Sequence<Unicode.Scalar>, among candidates: [String]) -> String? {
    let characters = Array(text.prefix(64))
    return candidates.map { ($0, distance(characters, Array($0.unicodeScalars))) }.min { $0.1 < $1.1 }?.0
  }

  /// How many characters must be inserted, removed, replaced or swapped with their neighbour.
  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        let substitution = previous[j] + (a[i] == b[j] ? 0 : 1)
        var cost = min(substitution, previous[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforePrevious[j - 1] + 1) }
        current.append(cost)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[b.count]
  }
}

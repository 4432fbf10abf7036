/// A shell pattern in a form that can be matched (glob(7), without backslash and character classes in `[:…:]`).
struct Glob {
  /// Why a text is no pattern.
  enum Problem: Equatable {
    /// `[` without `]`.
    case unclosedSet
    /// A range such as `z-a`.
    case backwardRange(String)
  }

  enum Token {
    case literal(Unicode.Scalar)
    case anyCharacter
    case anyText
    case set([ClosedRange<Unicode.Scalar>], inverted: Bool)
  }

  private let tokens: [Token]
  /// The first thing that is wrong; such a text still matches: a `[` without `]` stands for itself.
  let problem: Problem?

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    var tokens: [Token] = []
    var problem: Problem?
    var next = 0
    while next < scalars.count {
      let scalar = scalars[next]
      next += 1
      switch scalar {
      case "*": tokens.append(.anyText)
      case "?": tokens.append(.anyCharacter)
      case "[":
        if let end = Self.endOfSet(in: scalars, from: next) {
          tokens.append(Self.set(scalars[next..<end], problem: &problem))
          next = end + 1
        } else {
          problem = problem ?? .unclosedSet
          tokens.append(.literal(scalar))
        }
      default: tokens.append(.literal(scalar))
      }
    }
    self.tokens = tokens
    self.problem = problem
  }

  /// Whether the whole text fits the pattern.
  ///
  /// Only the latest `*` is ever extended, so the time is bounded by the product of the two lengths.
  func matches(_ text: String) -> Bool { matches(Array(text.unicodeScalars)) }

  func matches<Scalars: RandomAccessCollection>(_ scalars: Scalars) -> Bool
  where Scalars.Element == Unicode.Scalar, Scalars.Index == Int {
    var (token, position) = (0, 0)
    var retry: (token: Int, position: Int)?
    while position < scalars.count {
      if token < tokens.count, case .anyText = tokens[token] {
        token += 1
        retry = (token, position)
      } else if token < tokens.count, Self.accepts(tokens[token], scalars[position]) {
        token += 1
        position += 1
      } else if let star = retry {
        retry = (star.token, star.position + 1)
        (token, position) = (star.token, star.position + 1)
      } else {
        return false
      }
    }
    return tokens[token...].allSatisfy { if case .anyText = $0 { true } else { false } }
  }

  private static func accepts(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
    switch token {
    case .literal(let literal): literal == scalar
    case .anyCharacter: true
    case .anyText: false
    case .set(let ranges, let inverted): ranges.contains { $0.contains(scalar) } != inverted
    }
  }

  /// The index of the `]` that ends a set; one that comes first, also after `!`, belongs to the set.
  private static func endOfSet(in scalars: [Unicode.Scalar], from start: Int) -> Int? {
    var first = start
    if first < scalars.count, scalars[first] == "!" { first += 1 }
    guard first + 1 < scalars.count else { return nil }
    return scalars[(first + 1)...].firstIndex(of: "]")
  }

  private static func set(_ content: ArraySlice<Unicode.Scalar>, problem: inout Problem?) -> Token {
    let inverted = content.first == "!"
    var rest = inverted ? content.dropFirst() : content
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while let low = rest.popFirst() {
      guard rest.count >= 2, rest.first == "-" else {
        ranges.append(low...low)
        continue
      }
      rest.removeFirst()
      let high = rest.removeFirst()
      if low <= high {
        ranges.append(low...high)
      } else {
        problem = problem ?? .backwardRange("\(low)-\(high)")
      }
    }
    return .set(ranges, inverted: inverted)
  }
}

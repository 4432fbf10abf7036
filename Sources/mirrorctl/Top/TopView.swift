import Netlink

/// What the user has chosen to see, and what the keys do to it.
struct TopView {
  enum Page: Equatable {
    case table
    case help
    /// A new delay is being typed.
    case delayPrompt(String)
  }

  enum Reaction {
    case redraw
    case refresh
    case quit
  }

  /// The seconds that may lie between two looks.
  static let delays = 0.1...86_400

  var order = TopOrder.name
  var unit = TopTable.Unit.bits
  var page = Page.table
  /// Seconds.
  var delay: Double
  /// The first row shown.
  private(set) var offset = 0
  /// Why the last key had no effect.
  private(set) var message: String?

  init(delay: Double) {
    self.delay = delay
  }

  /// - Parameters:
  ///   - rows: that there are.
  ///   - visible: rows that fit on the screen.
  mutating func take(_ key: TerminalKey, rows: Int, visible: Int) -> Reaction {
    message = nil
    switch page {
    case .delayPrompt(let text): return take(key, into: text)
    case .help:
      page = .table
      return key == .character("q") ? .quit : .redraw
    case .table: break
    }
    switch key {
    case .character("q"), .character("Q"): return .quit
    case .character(" "), .enter: return .refresh
    case .character(let character): choose(character)
    case .up: offset -= 1
    case .down: offset += 1
    case .pageUp: offset -= max(1, visible)
    case .pageDown: offset += max(1, visible)
    case .home: offset = 0
    case .end: offset = rows
    case .backspace, .escape, .other: break
    }
    keepInside(rows: rows, visible: visible)
    return .redraw
  }

  /// After the window or the number of mirrors has changed.
  mutating func keepInside(rows: Int, visible: Int) {
    offset = max(0, min(offset, rows - visible))
  }

  private mutating func choose(_ character: Character) {
    switch character {
    case "N": order = .name
    case "P": order = .packets
    case "B": order = .bytes
    case "D": order = .drops
    case "u": unit = unit == .bits ? .bytes : .bits
    case "d", "s": page = .delayPrompt("")
    case "h", "?": page = .help
    default: message = "\(character): no such command; h shows the keys"
    }
  }

  private mutating func take(_ key: TerminalKey, into text: String) -> Reaction {
    switch key {
    case .character(let character) where text.count < 12: page = .delayPrompt(text + String(character))
    case .backspace: page = .delayPrompt(String(text.dropLast()))
    case .escape: page = .table
    case .enter:
      page = .table
      if text.isEmpty { return .redraw }
      guard let seconds = Self.delay(text) else {
        message = "\(text): a delay is a number of seconds from 0.1 to 86400"
        return .redraw
      }
      delay = seconds
      return .refresh
    default: break
    }
    return .redraw
  }

  /// A delay as users write it, within what is allowed.
  static func delay(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ "0123456789.".utf8.contains($0) }), let seconds = Double(text) else { return nil }
    return delays.contains(seconds) ? seconds : nil
  }
}

/// A key, or a combination, that somebody pressed at a terminal.
public enum TerminalKey: Hashable, Sendable {
  /// One that prints, the space included.
  case character(Character)
  case enter
  case backspace
  case escape
  case up
  case down
  case pageUp
  case pageDown
  case home
  case end
  /// One that nobody here has a use for.
  case other

  /// Takes the first key off what a terminal sent, as xterm and the Linux console do (console_codes(4)).
  ///
  /// - Returns: `nil` where nothing is left, or only the beginning of a sequence.
  static func take(from bytes: inout ArraySlice<UInt8>) -> TerminalKey? {
    guard let first = bytes.first else { return nil }
    if first == escapeByte, bytes.count > 1 { return takeSequence(from: &bytes) }
    bytes = bytes.dropFirst()
    return switch first {
    case escapeByte: .escape
    case UInt8(ascii: "\r"), UInt8(ascii: "\n"): .enter
    case 0x08, 0x7f: .backspace
    case 0x20..<0x7f: .character(Character(Unicode.Scalar(first)))
    default: .other
    }
  }

  private static let escapeByte: UInt8 = 0x1b
  /// More than any sequence of a key has.
  private static let sequenceLimit = 16

  /// `ESC [ parameters final` or `ESC O final`; ESC before anything else is a key of its own.
  private static func takeSequence(from bytes: inout ArraySlice<UInt8>) -> TerminalKey? {
    let introducer = bytes[bytes.startIndex + 1]
    let body = bytes.dropFirst(2)
    guard introducer == UInt8(ascii: "[") || introducer == UInt8(ascii: "O") else {
      bytes = bytes.dropFirst()
      return .escape
    }
    guard let end = body.firstIndex(where: { (0x40...0x7e).contains($0) }) else {
      if body.count < sequenceLimit { return nil }
      bytes = []
      return .other
    }
    bytes = bytes[(end + 1)...]
    return key(parameters: body[..<end], final: body[end])
  }

  private static func key(parameters: ArraySlice<UInt8>, final: UInt8) -> TerminalKey {
    switch (final, parameters.first) {
    case (UInt8(ascii: "A"), _): .up
    case (UInt8(ascii: "B"), _): .down
    case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), UInt8(ascii: "1")): .home
    case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), UInt8(ascii: "4")): .end
    case (UInt8(ascii: "~"), UInt8(ascii: "5")): .pageUp
    case (UInt8(ascii: "~"), UInt8(ascii: "6")): .pageDown
    default: .other
    }
  }
}

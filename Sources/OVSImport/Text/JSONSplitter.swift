/// Finds where each JSON object ends in a text that holds one after the other.
///
/// Neither the output of several `list` commands of `ovs-vsctl` nor the messages of an OVSDB server (RFC 7047, section 4) have
/// anything between them. Only brackets and quotes are looked at; whether what is between them is JSON is for the decoder
/// to say.
public struct JSONSplitter {
  /// Deepest nesting; OVSDB's values need 7.
  static let maximumDepth = 32

  /// One object.
  public struct Document: Sendable {
    public var bytes: [UInt8]
    /// The line on which it starts, from 1.
    public var line: Int
  }

  /// Why the text cannot be split.
  public enum Problem: Error, Hashable, Sendable {
    /// Something other than `{` where an object should start.
    case noObject(line: Int)
    case tooDeep(line: Int)
  }

  private var pending: [UInt8] = []
  private var startLine = 1
  private var line = 1
  private var depth = 0
  private var quoting = Quoting.outside

  private enum Quoting { case outside, inside, afterBackslash }

  public init() {}

  /// Whether an object has begun and not ended.
  public var isUnfinished: Bool { depth > 0 }

  /// Takes the next part of the text.
  ///
  /// - Returns: the objects that end in it.
  public mutating func feed(_ bytes: some Sequence<UInt8>) throws(Problem) -> [Document] {
    var documents: [Document] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") { line += 1 }
      if depth == 0 {
        guard try starts(byte) else { continue }
      }
      pending.append(byte)
      try follow(byte)
      if depth == 0 {
        documents.append(Document(bytes: pending, line: startLine))
        pending = []
      }
    }
    return documents
  }

  private mutating func starts(_ byte: UInt8) throws(Problem) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): return false
    case UInt8(ascii: "{"):
      startLine = line
      return true
    default: throw .noObject(line: line)
    }
  }

  private mutating func follow(_ byte: UInt8) throws(Problem) {
    switch (quoting, byte) {
    case (.afterBackslash, _): quoting = .inside
    case (.inside, UInt8(ascii: "\\")): quoting = .afterBackslash
    case (.inside, UInt8(ascii: "\"")): quoting = .outside
    case (.inside, _): break
    case (.outside, UInt8(ascii: "\"")): quoting = .inside
    case (.outside, UInt8(ascii: "{")), (.outside, UInt8(ascii: "[")):
      depth += 1
      guard depth <= Self.maximumDepth else { throw .tooDeep(line: line) }
    case (.outside, UInt8(ascii: "}")), (.outside, UInt8(ascii: "]")): depth -= 1
    default: break
    }
  }
}

/// What is read from the kernel does not have the form it must have.
struct MalformedMessage: Error, Hashable, Sendable {
  /// What it should have been, for instance `struct tcmsg`.
  var expected: String

  init(_ expected: String) {
    self.expected = expected
  }
}

extension ArraySlice<UInt8> {
  /// A value in the host's byte order; `nil` where the bytes end before it does.
  func load<Value: BitwiseCopyable>(_ type: Value.Type, at offset: Int = 0) -> Value? {
    guard offset >= 0, offset <= count, MemoryLayout<Value>.size <= count - offset else { return nil }
    return unsafe withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: type) }
  }

  /// A fixed header at the beginning.
  func header<Value: BitwiseCopyable>(_ type: Value.Type) throws(MalformedMessage) -> Value {
    guard let value = load(type) else { throw MalformedMessage("\(type)") }
    return value
  }

  /// What follows a fixed header and its padding to four bytes.
  func dropping<Value>(_ header: Value.Type) -> ArraySlice<UInt8> {
    dropFirst((MemoryLayout<Value>.size + 3) & ~3)
  }

  /// A text up to its terminating zero; bytes that are no UTF-8 are replaced.
  var text: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }
}

import CMnl

/// The attributes (`struct nlattr`) that a message or an attribute is made of, in order.
///
/// Made only of attributes that lie within the bytes: an attribute that is shorter than its own header, which would stop any
/// iteration from advancing, or that ends beyond the bytes makes the whole malformed.
struct Attributes: Sequence {
  struct Attribute {
    /// Without `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`, which kernels and tools set inconsistently.
    var type: Int
    var payload: ArraySlice<UInt8>
  }

  private var list: [Attribute] = []
  /// Bytes of an attribute, and attributes of a message: for room, not for limits.
  private static let (usualSize, usualCount) = (12, 64)

  init(_ bytes: ArraySlice<UInt8>) throws(MalformedMessage) {
    var rest = bytes
    let headerSize = MemoryLayout<nlattr>.size
    list.reserveCapacity(Swift.min(bytes.count / Self.usualSize, Self.usualCount))
    while let header = rest.load(nlattr.self) {
      let length = Int(header.nla_len)
      guard length >= headerSize, length <= rest.count else { throw MalformedMessage("struct nlattr") }
      let type = Int(header.nla_type) & ~Int(NLA_F_NESTED | NLA_F_NET_BYTEORDER)
      list.append(Attribute(type: type, payload: rest.prefix(length).dropFirst(headerSize)))
      rest = rest.dropFirst((length + 3) & ~3)
    }
  }

  /// No attributes.
  init() {}

  func makeIterator() -> IndexingIterator<[Attribute]> { list.makeIterator() }

  /// Whether no others than these types are present.
  func areAll(of types: Set<Int>) -> Bool { list.allSatisfy { types.contains($0.type) } }

  /// The content of the last attribute of a type, as the kernel's own parser has it.
  subscript(type: some BinaryInteger) -> ArraySlice<UInt8>? {
    list.last { $0.type == Int(type) }?.payload
  }

  /// The attributes inside an attribute; none where it is absent.
  func nested(_ type: some BinaryInteger) throws(MalformedMessage) -> Attributes {
    guard let payload = self[type] else { return Attributes() }
    return try Attributes(payload)
  }

  /// A value in the host's byte order; `nil` where it is absent or too short.
  func value<Value: BitwiseCopyable>(_ type: some BinaryInteger, _ valueType: Value.Type) -> Value? {
    self[type]?.load(valueType)
  }

  func text(_ type: some BinaryInteger) -> String? { self[type]?.text }
}

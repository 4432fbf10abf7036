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

  /// Where the payload of an attribute is, counted from the first of the bytes.
  private struct Place {
    var type: Int
    var range: Range<Int>
  }

  private var bytes: ArraySlice<UInt8> = []
  private var places: [Place] = []
  /// Bytes of an attribute, and attributes of a message: for room, not for limits.
  private static let (usualSize, usualCount) = (12, 64)

  init(_ bytes: ArraySlice<UInt8>) throws(MalformedMessage) {
    self.bytes = bytes
    let headerSize = MemoryLayout<nlattr>.size
    places.reserveCapacity(Swift.min(bytes.count / Self.usualSize, Self.usualCount))
    var start = 0
    while let header = bytes.load(nlattr.self, at: start) {
      let length = Int(header.nla_len)
      guard length >= headerSize, length <= bytes.count - start else { throw MalformedMessage("struct nlattr") }
      let type = Int(header.nla_type) & ~Int(NLA_F_NESTED | NLA_F_NET_BYTEORDER)
      places.append(Place(type: type, range: start + headerSize..<start + length))
      start += (length + 3) & ~3
    }
  }

  /// No attributes.
  init() {}

  func makeIterator() -> some IteratorProtocol<Attribute> {
    places.lazy.map { Attribute(type: $0.type, payload: payload($0)) }.makeIterator()
  }

  /// Whether no others than these types are present.
  func areAll(of types: [Int]) -> Bool { places.allSatisfy { types.contains($0.type) } }

  /// The content of the last attribute of a type, as the kernel's own parser has it.
  subscript(type: some BinaryInteger) -> ArraySlice<UInt8>? { place(type).map(payload) }

  /// The attributes inside an attribute; none where it is absent.
  func nested(_ type: some BinaryInteger) throws(MalformedMessage) -> Attributes {
    guard let payload = self[type] else { return Attributes() }
    return try Attributes(payload)
  }

  /// A value in the host's byte order; `nil` where it is absent or too short.
  func value<Value: BitwiseCopyable>(_ type: some BinaryInteger, _ valueType: Value.Type) -> Value? {
    guard let range = place(type)?.range, MemoryLayout<Value>.size <= range.count else { return nil }
    return bytes.load(valueType, at: range.lowerBound)
  }

  func text(_ type: some BinaryInteger) -> String? { self[type]?.text }

  private func place(_ type: some BinaryInteger) -> Place? { places.last { $0.type == Int(type) } }

  private func payload(_ place: Place) -> ArraySlice<UInt8> {
    let start = bytes.startIndex
    return bytes[start + place.range.lowerBound..<start + place.range.upperBound]
  }
}

import CMnl
import Testing

@testable import Netlink

/// Compares two requests by what they say: the order of attributes and `NLA_F_NESTED` do not count.
enum MessageDifference {
  /// One line for each thing that differs; attributes by their path, `1.2` is attribute 2 within attribute 1.
  static func between(_ ours: MessageBuilder, _ capture: Capture, headerSize: Int) throws -> [String] {
    let own = ours.bytes(sequence: 0, extraFlags: NLM_F_ACK)
    let left = try present(ReceivedMessage.split(own[...]).first)
    let right = try present(ReceivedMessage.split(capture.bytes[...]).first)
    var lines: [String] = []
    if left.type != right.type { lines.append("type \(left.type) \(right.type)") }
    if left.flags != right.flags { lines.append("flags \(left.flags) \(right.flags)") }
    let headers = (Array(left.payload.prefix(headerSize)), Array(right.payload.prefix(headerSize)))
    if headers.0 != headers.1 { lines.append("header \(hex(headers.0)) \(hex(headers.1))") }
    return lines + (try compare(left.payload.dropFirst(headerSize), right.payload.dropFirst(headerSize), path: ""))
  }

  private static func compare(
    _ ours: ArraySlice<UInt8>, _ theirs: ArraySlice<UInt8>, path: String
  ) throws -> [String] {
    let (left, right) = (try Attributes(ours), try Attributes(theirs))
    let nested = try nestedTypes(ours)
    var lines: [String] = []
    for type in Set(left.map(\.type)).union(right.map(\.type)).sorted() {
      switch (left[type], right[type]) {
      case (let a?, let b?) where nested.contains(type):
        // The peer of a veth begins with a header of its own (VETH_INFO_PEER).
        let header = path + String(type) == "18.2.1" && type == VETH_INFO_PEER ? MemoryLayout<ifinfomsg>.size : 0
        lines += try compare(a.dropFirst(header), b.dropFirst(header), path: "\(path)\(type).")
      case (let a?, let b?):
        if Array(a) != Array(b) { lines.append("\(path)\(type) \(hex(Array(a))) \(hex(Array(b)))") }
      case (let a?, nil): lines.append("\(path)\(type) \(hex(Array(a))) -")
      case (nil, let b?): lines.append("\(path)\(type) - \(hex(Array(b)))")
      case (nil, nil): break
      }
    }
    return lines
  }

  private static func nestedTypes(_ bytes: ArraySlice<UInt8>) throws -> Set<Int> {
    var types: Set<Int> = []
    var rest = bytes
    while let header = rest.load(nlattr.self), header.nla_len >= 4 {
      if header.nla_type & UInt16(NLA_F_NESTED) != 0 { types.insert(Int(header.nla_type) & 0x3fff) }
      rest = rest.dropFirst((Int(header.nla_len) + 3) & ~3)
    }
    return types
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private struct Missing: Error {}

  private static func present<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
  }
}

/// Expects the differences to be these and shows them where they are not.
func expect(_ differences: [String], _ expected: [String], at location: SourceLocation = #_sourceLocation) {
  #expect(differences == expected, sourceLocation: location)
}

@testable import Netlink

/// Bytes that a tool or the kernel has sent.
struct Capture: Sendable {
  let bytes: [UInt8]

  init(_ hexadecimal: String) {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    bytes = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// The payloads of its messages.
  var payloads: [ArraySlice<UInt8>] {
    get throws { try ReceivedMessage.split(bytes[...]).map(\.payload) }
  }
}

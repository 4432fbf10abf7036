/// Puts fragments of IPv4 packets together (RFC 791), as the receiver does.
enum Fragments {
  /// The packets in frames, whole, in the order in which they were complete; other frames are left out.
  static func reassemble(_ frames: [Frame]) throws -> [Packet] {
    var waiting: [[UInt8]: [Piece]] = [:]
    var packets: [Packet] = []
    for frame in frames where frame.packet != nil {
      guard let piece = Piece(frame) else {
        packets += frame.packet.map { [$0] } ?? []
        continue
      }
      waiting[piece.identity, default: []].append(piece)
      if let packet = Piece.join(waiting[piece.identity] ?? []) {
        waiting[piece.identity] = nil
        packets.append(packet)
      }
    }
    guard waiting.isEmpty else { throw SupportError("fragments are missing: \(waiting.count) packets are incomplete") }
    return packets
  }

  private struct Piece {
    let header: [UInt8]
    let data: [UInt8]
    /// In bytes.
    let offset: Int
    let hasMore: Bool

    /// Identification, protocol and addresses.
    var identity: [UInt8] { Array(header[4..<6]) + [header[9]] + Array(header[12..<20]) }

    /// `nil` for anything but a fragment.
    init?(_ frame: Frame) {
      let bytes = frame.payload
      guard frame.type == Frame.ipv4, bytes.count >= 20 else { return nil }
      let field = bytes.word(at: 6)
      guard field & 0x3fff != 0 else { return nil }
      header = Array(bytes.prefix(20))
      data = Array(bytes.prefix(Int(bytes.word(at: 2))).dropFirst(20))
      offset = Int(field & 0x1fff) * 8
      hasMore = field & 0x2000 != 0
    }

    static func join(_ pieces: [Piece]) -> Packet? {
      var data: [UInt8] = []
      for piece in pieces.sorted(by: { $0.offset < $1.offset }) {
        guard piece.offset == data.count else { return nil }
        data += piece.data
        guard piece.hasMore else {
          let start = Array(piece.header[0..<2]) + [UInt8](word: UInt16(20 + data.count))
          return Packet(start + piece.header[4..<6] + [0, 0] + piece.header[8...] + data)
        }
      }
      return nil
    }
  }
}

/// Numbers as the machine that this runs on keeps them in memory.
enum HostOrder {
  static func bytes<Number: FixedWidthInteger>(of value: Number) -> [UInt8] {
    (0..<MemoryLayout<Number>.size).map { UInt8(truncatingIfNeeded: value.littleEndian >> Number(8 * $0)) }
  }
}

/// An eBPF instruction (`struct bpf_insn` of linux/bpf.h).
public struct ExtendedInstruction: Hashable, Sendable {
  /// `BPF_REG_0`...`BPF_REG_10`
  public enum Register: UInt8, Hashable, Sendable {
    case r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10
  }

  /// Operation and class.
  public var code: UInt8
  public var destination: Register
  public var source: Register
  /// Instructions to jump over, or where in memory.
  public var offset: Int16
  public var immediate: Int32

  public init(
    _ code: UInt8, _ destination: Register = .r0, _ source: Register = .r0, offset: Int16 = 0, immediate: Int32 = 0
  ) {
    self.code = code
    self.destination = destination
    self.source = source
    self.offset = offset
    self.immediate = immediate
  }

  /// The eight bytes in the byte order of this machine.
  public var bytes: [UInt8] {
    let registers = source.rawValue << 4 | destination.rawValue
    #if _endian(little)
      let packed = registers
    #else
      let packed = registers << 4 | registers >> 4
    #endif
    return [code, packed] + HostOrder.bytes(of: offset) + HostOrder.bytes(of: immediate)
  }
}

extension ExtendedInstruction {
  /// `destination = source`
  static func move(_ destination: Register, _ source: Register) -> Self { Self(0xbf, destination, source) }
  /// `destination = immediate`
  static func move(_ destination: Register, _ immediate: Int32) -> Self {
    Self(0xb7, destination, immediate: immediate)
  }
  /// `destination = (u32) source`
  static func move32(_ destination: Register, _ source: Register) -> Self { Self(0xbc, destination, source) }
  /// `destination = (u32) immediate`
  static func move32(_ destination: Register, _ immediate: Int32) -> Self {
    Self(0xb4, destination, immediate: immediate)
  }
  /// `destination = (u32) destination ^ immediate`
  static func exclusiveOr32(_ destination: Register, _ immediate: Int32) -> Self {
    Self(0xa4, destination, immediate: immediate)
  }
  /// `destination = *(u32 *)(source + offset)`
  static func load(_ destination: Register, _ source: Register, _ offset: Int16) -> Self {
    Self(0x61, destination, source, offset: offset)
  }
  /// `*(u32 *)(destination + offset) = source`
  static func store(_ source: Register, _ destination: Register, _ offset: Int16) -> Self {
    Self(0x63, destination, source, offset: offset)
  }
  /// `if left == immediate goto +offset`
  static func jump(_ left: Register, equals immediate: Int32, _ offset: Int16) -> Self {
    Self(0x15, left, offset: offset, immediate: immediate)
  }
  /// `if left <= right goto +offset`
  static func jump(_ left: Register, atMost right: Register, _ offset: Int16) -> Self {
    Self(0xbd, left, right, offset: offset)
  }
  /// `r0 = function(r1, r2 …)`
  static func call(_ function: Int32) -> Self { Self(0x85, immediate: function) }
  /// `return r0`
  static let exit = Self(0x95)
}

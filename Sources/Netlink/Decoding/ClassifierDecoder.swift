import CMnl
import TrafficControl

/// Reads the `TCA_OPTIONS` of a filter.
///
/// A classifier is recognised only where it holds nothing but what a ``Classifier`` can say.
enum ClassifierDecoder {
  static func decode(
    _ kind: String, _ options: Attributes
  ) throws(MalformedMessage) -> (classifier: Classifier?, actions: Attributes) {
    switch kind {
    case "matchall":
      let isPlain = options.areAll(of: matchallTypes)
      return (isPlain ? .matchall : nil, try options.nested(TCA_MATCHALL_ACT))
    case "u32": return (u32(options), try options.nested(TCA_U32_ACT))
    case "flower": return (flower(options).map { .flower($0) }, try options.nested(TCA_FLOWER_ACT))
    case "bpf":
      let actions = try options.nested(TCA_BPF_ACT)
      if let extended = extended(options) { return (extended, actions) }
      return (try bpf(options).map { .bpf($0) }, actions)
    default: return (nil, Attributes())
    }
  }

  private static let matchallTypes: [Int] = [
    TCA_MATCHALL_ACT, TCA_MATCHALL_FLAGS, TCA_MATCHALL_PCNT, TCA_MATCHALL_PAD,
  ]
  private static let u32Types: [Int] = [
    TCA_U32_SEL, TCA_U32_HASH, TCA_U32_FLAGS, TCA_U32_ACT, TCA_U32_PCNT, TCA_U32_PAD,
  ]
  private static let flowerTypes: [Int] = [
    TCA_FLOWER_INDEV, TCA_FLOWER_KEY_ETH_DST, TCA_FLOWER_KEY_ETH_DST_MASK, TCA_FLOWER_KEY_ETH_TYPE, TCA_FLOWER_FLAGS,
    TCA_FLOWER_IN_HW_COUNT, TCA_FLOWER_ACT,
  ]
  private static let bpfTypes: [Int] = [
    TCA_BPF_OPS, TCA_BPF_OPS_LEN, TCA_BPF_FLAGS, TCA_BPF_FLAGS_GEN, TCA_BPF_ACT,
  ]

  private static let extendedTypes: [Int] = [
    TCA_BPF_NAME, TCA_BPF_TAG, TCA_BPF_ID, TCA_BPF_FLAGS, TCA_BPF_FLAGS_GEN, TCA_BPF_ACT,
  ]

  private static func u32(_ options: Attributes) -> Classifier? {
    guard options.areAll(of: u32Types), let bytes = options[TCA_U32_SEL],
      let flags = bytes.load(UInt8.self, at: offset(\.flags)), UInt32(flags) & UInt32(TC_U32_TERMINAL) != 0,
      bytes.load(UInt8.self, at: offset(\.nkeys)) == 1,
      let key = bytes.load(tc_u32_key.self, at: MemoryLayout<tc_u32_sel>.size), key.mask == 0, key.val == 0
    else { return nil }
    return .u32MatchAll
  }

  /// Where a field of `struct tc_u32_sel` is, which ends in an array of open length and cannot be loaded as a whole.
  private static func offset(_ field: PartialKeyPath<tc_u32_sel>) -> Int {
    MemoryLayout<tc_u32_sel>.offset(of: field) ?? 0
  }

  private static func flower(_ options: Attributes) -> FlowerMatch? {
    guard options.areAll(of: flowerTypes) else { return nil }
    var match = FlowerMatch(inputDevice: options.text(TCA_FLOWER_INDEV))
    let destination = options[TCA_FLOWER_KEY_ETH_DST].map(Array.init)
    let mask = options[TCA_FLOWER_KEY_ETH_DST_MASK].map(Array.init)
    guard destination == mask else { return nil }
    guard let destination else { return match }
    match.destination = FlowerMatch.Destination.allCases.first { ClassifierOptions.address($0) == destination }
    guard match.destination != nil else { return nil }
    return match
  }

  /// The kernel tells the name of an eBPF program but not its code.
  private static func extended(_ options: Attributes) -> Classifier? {
    guard let name = options[TCA_BPF_NAME], options.areAll(of: extendedTypes) else { return nil }
    let result = result(options)
    let ending = name.last == 0 ? 1 : 0
    if let program = SharedProgram.program(named: name.dropLast(ending), result: result) { return .bpf(program) }
    if result == .match, let guarded = GuardedProgram.classifier(named: name.dropLast(ending)) { return guarded }
    guard options[TCA_BPF_ACT] == nil, result == .match else { return nil }
    return options.text(TCA_BPF_NAME).flatMap(FrameEdit.init(name:)).map { .edit($0) }
  }

  /// Of a cls_bpf filter.
  static func result(_ options: Attributes) -> BPFProgram.Result {
    let flags = options.value(TCA_BPF_FLAGS, UInt32.self) ?? 0
    return flags & UInt32(TCA_BPF_FLAG_ACT_DIRECT) != 0 ? .verdict : .match
  }

  private static func bpf(_ options: Attributes) throws(MalformedMessage) -> BPFProgram? {
    guard options.areAll(of: bpfTypes), let bytes = options[TCA_BPF_OPS] else { return nil }
    guard bytes.count % BPFProgram.Instruction.size == 0 else { throw MalformedMessage("struct sock_filter") }
    let starts = stride(from: 0, to: bytes.count, by: BPFProgram.Instruction.size)
    return BPFProgram(starts.compactMap { BPFProgram.Instruction(bytes, at: $0) }, result: result(options))
  }
}

extension BPFProgram.Instruction {
  /// Bytes of `struct sock_filter`.
  static let size = 8

  init?(_ bytes: ArraySlice<UInt8>, at offset: Int) {
    guard let code = bytes.load(UInt16.self, at: offset), let jumpTrue = bytes.load(UInt8.self, at: offset + 2),
      let jumpFalse = bytes.load(UInt8.self, at: offset + 3), let k = bytes.load(UInt32.self, at: offset + 4)
    else { return nil }
    self.init(code, jumpTrue, jumpFalse, k)
  }
}

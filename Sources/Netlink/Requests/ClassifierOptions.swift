import CMnl
import TrafficControl

/// The `TCA_OPTIONS` of a filter: what it matches and which actions it is bound to.
enum ClassifierOptions {
  /// A destination address and its mask are equal: the group bit alone (IEEE 802, I/G), or all bits.
  static func address(_ destination: FlowerMatch.Destination) -> [UInt8] {
    switch destination {
    case .group: [1, 0, 0, 0, 0, 0]
    case .broadcast: [UInt8](repeating: 0xff, count: 6)
    }
  }

  /// - Parameter loaded: the program of a ``Classifier/edit(_:)`` or ``Classifier/guarded(_:_:)``, or the one that stands for a ``Classifier/bpf(_:)``.
  static func put(_ filter: Filter, loaded: LoadedProgram?, in options: inout MessageBuilder) {
    if filter.offload != .auto { options.put(filter.classifier.flagsAttribute, filter.offload.classifierFlags) }
    switch filter.classifier {
    case .matchall: putActions(filter.actions, TCA_MATCHALL_ACT, in: &options)
    case .u32MatchAll:
      putActions(filter.actions, TCA_U32_ACT, in: &options)
      options.put(TCA_U32_SEL, bytes: emptySelector)
    case .flower(let match): put(match, filter, in: &options)
    case .bpf(let program):
      putActions(filter.actions, TCA_BPF_ACT, in: &options)
      if let loaded { put(loaded, in: &options) } else { put(program, in: &options) }
      if program.result == .verdict { options.put(TCA_BPF_FLAGS, UInt32(TCA_BPF_FLAG_ACT_DIRECT)) }
    case .guarded:
      putActions(filter.actions, TCA_BPF_ACT, in: &options)
      if let loaded { put(loaded, in: &options) }
    case .edit: if let loaded { put(loaded, in: &options) }
    }
  }

  private static func put(_ match: FlowerMatch, _ filter: Filter, in options: inout MessageBuilder) {
    if let device = match.inputDevice { options.put(TCA_FLOWER_INDEV, text: device) }
    if let destination = match.destination {
      options.put(TCA_FLOWER_KEY_ETH_DST, bytes: address(destination))
      options.put(TCA_FLOWER_KEY_ETH_DST_MASK, bytes: address(destination))
    }
    putActions(filter.actions, TCA_FLOWER_ACT, in: &options)
    if filter.frameProtocol != .all {
      options.put(TCA_FLOWER_KEY_ETH_TYPE, filter.frameProtocol.rawValue.bigEndian)
    }
  }

  private static func put(_ program: BPFProgram, in options: inout MessageBuilder) {
    options.put(TCA_BPF_OPS_LEN, UInt16(truncatingIfNeeded: program.instructions.count))
    options.put(TCA_BPF_OPS, bytes: program.instructions.flatMap(\.bytes))
  }

  private static func put(_ program: LoadedProgram, in options: inout MessageBuilder) {
    options.put(TCA_BPF_FD, program.descriptor)
    options.put(TCA_BPF_NAME, text: program.filterName)
  }

  private static func putActions(_ keys: [ActionKey], _ type: Int, in options: inout MessageBuilder) {
    guard !keys.isEmpty else { return }
    options.nest(type) { list in
      for (position, key) in keys.enumerated() {
        list.nest(position + 1) { entry in
          entry.put(TCA_ACT_KIND, text: key.kind.rawValue)
          ActionParameters(binding: key).put(in: &entry)
        }
      }
    }
  }

  /// `struct tc_u32_sel` with one key whose mask is empty: `match u32 0 0`.
  private static var emptySelector: [UInt8] {
    var selector = tc_u32_sel()
    selector.flags = UInt8(TC_U32_TERMINAL)
    selector.nkeys = 1
    let size = MemoryLayout<tc_u32_key>.size
    return unsafe withUnsafeBytes(of: selector) { unsafe Array($0) } + [UInt8](repeating: 0, count: size)
  }
}

extension BPFProgram.Instruction {
  /// `struct sock_filter`, in the host's byte order.
  var bytes: [UInt8] {
    unsafe withUnsafeBytes(of: code) { unsafe Array($0) } + [jumpTrue, jumpFalse]
      + withUnsafeBytes(of: k) { unsafe Array($0) }
  }
}

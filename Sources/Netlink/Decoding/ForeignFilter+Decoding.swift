import CMnl
import NetworkTypes
import TrafficControl

extension ForeignFilter {
  /// - Parameter record: what else is known of it.
  init(_ record: FilterRecord, _ options: Attributes) throws(MalformedMessage) {
    let decision = try ForeignDecision(record, options)
    self.init(
      preference: record.preference, chain: record.chain, kind: record.kind,
      name: record.kind == "bpf" ? options.text(TCA_BPF_NAME) : nil,
      scope: decision.isForAll ? .everyFrame : .someFrames, verdict: decision.verdict)
  }
}

/// What a filter does with which frames.
///
/// Whatever is not `TC_ACT_UNSPEC` (`continue`) ends the classification (__tcf_classify, net/sched/cls_api.c): the
/// `TC_ACT_PIPE` that the last of the actions returns, and the `TC_ACT_OK` of a filter without any, too (tcf_action_exec,
/// net/sched/act_api.c; tcf_exts_exec, net/pkt_cls.h).
private struct ForeignDecision {
  let isForAll: Bool
  let verdict: ForeignFilter.Verdict

  init(_ record: FilterRecord, _ options: Attributes) throws(MalformedMessage) {
    let matchesAll = record.frameProtocol == .all && Self.matchesAll(record, options)
    if record.kind == "u32", !Self.isTerminal(options) {
      (isForAll, verdict) = (matchesAll, .continues)
      return
    }
    if record.kind == "bpf", ClassifierDecoder.result(options) == .verdict {
      (isForAll, verdict) = (matchesAll, .unknown)
      return
    }
    guard let controls = try Self.controls(record, options) else {
      (isForAll, verdict) = (matchesAll, .unknown)
      return
    }
    let endings = controls.filter { $0 > TC_ACT_UNSPEC }
    isForAll = matchesAll && (endings.isEmpty || endings == controls)
    if endings.isEmpty {
      verdict = .continues
    } else if endings == [TC_ACT_SHOT] {
      verdict = .drops
    } else {
      // What is larger continues elsewhere (`TC_ACT_JUMP`, `TC_ACT_GOTO_CHAIN`).
      verdict = endings.allSatisfy { $0 <= TC_ACT_TRAP } ? .ends : .unknown
    }
  }

  /// Everything that the filter may return for frames that it matches; `nil`: not known.
  private static func controls(_ record: FilterRecord, _ options: Attributes) throws(MalformedMessage) -> Set<Int32>? {
    var actions = record.actions.map(\.controls)
    switch record.kind {
    case "matchall", "flower", "bpf": break
    case "u32" where options[TCA_U32_POLICE] != nil:
      actions = [ActionRecord.policeControls(try options.nested(TCA_U32_POLICE))]
    case "u32": break
    case "basic" where options[TCA_BASIC_POLICE] != nil:
      actions = [ActionRecord.policeControls(try options.nested(TCA_BASIC_POLICE))]
    case "basic": actions = try ActionRecord.list(options.nested(TCA_BASIC_ACT)).map(\.controls)
    default: return nil
    }
    guard !actions.isEmpty else { return [TC_ACT_OK] }
    var found: Set<Int32> = []
    for controls in actions {
      if controls.isEmpty { return nil }
      found.formUnion(controls)
      if !controls.contains(TC_ACT_PIPE) { return found.subtracting([TC_ACT_PIPE]) }
      found.remove(TC_ACT_PIPE)
    }
    return found.union([TC_ACT_PIPE])
  }

  private static func matchesAll(_ record: FilterRecord, _ options: Attributes) -> Bool {
    switch record.kind {
    case "matchall": true
    case "u32": record.handle >= HeaderConstants.u32FirstTable && comparesNothing(options)
    case "flower": options.areAll(of: [TCA_FLOWER_CLASSID, TCA_FLOWER_ACT, TCA_FLOWER_FLAGS, TCA_FLOWER_IN_HW_COUNT])
    case "basic": options[TCA_BASIC_EMATCHES] == nil
    case "bpf": ClassifierDecoder.result(options) == .verdict || options[TCA_BPF_OPS].map(returnsMatch) ?? false
    default: false
    }
  }

  /// Whether a classic program is one `ret` of something else than 0.
  private static func returnsMatch(_ program: ArraySlice<UInt8>) -> Bool {
    let instruction = BPFProgram.Instruction(program, at: 0)
    return program.count == BPFProgram.Instruction.size && instruction?.code == 6 && instruction?.k != 0
  }

  /// Whether a cls_u32 filter decides, and does not only lead to another table.
  private static func isTerminal(_ options: Attributes) -> Bool {
    // `flags` comes first in `struct tc_u32_sel`.
    UInt32(options[TCA_U32_SEL]?.load(UInt8.self, at: 0) ?? 0) & UInt32(TC_U32_TERMINAL) != 0
  }

  private static func comparesNothing(_ options: Attributes) -> Bool {
    guard let selector = options[TCA_U32_SEL], options[TCA_U32_INDEV] == nil, options[TCA_U32_MARK] == nil else {
      return false
    }
    let size = MemoryLayout<tc_u32_key>.size
    return stride(from: MemoryLayout<tc_u32_sel>.size, through: selector.count - size, by: size).allSatisfy {
      selector.load(tc_u32_key.self, at: $0)?.mask == 0
    }
  }
}

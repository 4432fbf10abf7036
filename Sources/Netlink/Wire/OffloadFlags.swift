import CMnl
import TrafficControl

extension OffloadPolicy {
  /// `TCA_CLS_FLAGS_*` of linux/pkt_cls.h.
  var classifierFlags: UInt32 {
    switch self {
    case .auto: 0
    case .off: UInt32(TCA_CLS_FLAGS_SKIP_HW)
    case .require: UInt32(TCA_CLS_FLAGS_SKIP_SW)
    }
  }

  /// `TCA_ACT_FLAGS_*` of linux/pkt_cls.h.
  var actionFlags: UInt32 {
    switch self {
    case .auto: 0
    case .off: UInt32(TCA_ACT_FLAGS_SKIP_HW)
    case .require: UInt32(TCA_ACT_FLAGS_SKIP_SW)
    }
  }

  init(classifierFlags flags: UInt32) {
    self = Self.allCases.first { $0 != .auto && flags & $0.classifierFlags != 0 } ?? .auto
  }

  init(actionFlags flags: UInt32) {
    self = Self.allCases.first { $0 != .auto && flags & $0.actionFlags != 0 } ?? .auto
  }
}

extension Classifier {
  /// The attribute of its options that holds `TCA_CLS_FLAGS_*`.
  var flagsAttribute: Int { Self.flagsAttribute(of: kind) ?? TCA_MATCHALL_FLAGS }

  /// The same by `TCA_KIND`; `nil` for classifiers that are not used.
  static func flagsAttribute(of kind: String) -> Int? {
    switch kind {
    case "matchall": TCA_MATCHALL_FLAGS
    case "u32": TCA_U32_FLAGS
    case "flower": TCA_FLOWER_FLAGS
    case "bpf": TCA_BPF_FLAGS_GEN
    default: nil
    }
  }
}

/// Who runs a filter or an action: the kernel, the hardware of the interface, or both.
///
/// The kernel takes a filter only with actions of the same policy (tcf_action_init, net/sched/act_api.c); see
/// ``Filter/offloadOfActions``. It never changes the policy of an action that exists, and that of a filter only for cls_flower.
public enum OffloadPolicy: String, Hashable, Sendable, CaseIterable {
  /// The kernel always, the hardware where it can.
  case auto
  /// Never the hardware (`TCA_CLS_FLAGS_SKIP_HW`, `TCA_ACT_FLAGS_SKIP_HW`).
  case off
  /// Nobody but the hardware (`TCA_CLS_FLAGS_SKIP_SW`, `TCA_ACT_FLAGS_SKIP_SW`): refused where it cannot.
  case require

  /// As tc(8) writes it; empty for ``auto``.
  var words: String {
    switch self {
    case .auto: ""
    case .off: "skip_hw"
    case .require: "skip_sw"
    }
  }
}

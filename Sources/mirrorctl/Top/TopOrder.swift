import MirrorController

/// By what the mirrors are sorted.
enum TopOrder: String {
  case name, packets, bytes, drops

  /// Names ascend, rates descend; mirrors without rates come last, and what is equal is sorted by profile and name.
  func sort(_ rates: [MirrorRate]) -> [MirrorRate] {
    let key: (MirrorRate.Rates) -> Double =
      switch self {
      case .name: { _ in 0 }
      case .packets: { $0.packets }
      case .bytes: { $0.bytes }
      case .drops: { $0.dropped }
      }
    return rates.sorted { left, right in
      let (a, b) = self == .name ? (0, 0) : (left.rates.map(key) ?? -1, right.rates.map(key) ?? -1)
      if a != b { return a > b }
      let (one, other) = (left.mirror.report, right.mirror.report)
      return (one.name, one.owner.profile) < (other.name, other.owner.profile)
    }
  }
}

import TrafficControl

/// What the filters of one destination at one hook do, in terms of actions.
struct HookFilters {
  struct Decision {
    var match: FlowerMatch
    /// Only for a decision that stands alone.
    var frames: FrameMatch
    var action: ActionKey
  }

  var tap: Tap
  /// In the order in which they are tried.
  var decisions: [Decision] = []

  init(tap: Tap) {
    self.tap = tap
  }
}

import TrafficControl

/// What one destination wants of one hook: which frames are copied, and by which exit they leave.
struct HookProgram: Hashable {
  /// What becomes of the frames that a decision is for.
  enum Verdict: Hashable {
    /// They were copied before, or are not wanted.
    case skip
    case copy(FrameMatch, exit: String)
  }

  struct Decision: Hashable {
    /// How the frames are told by the port that they came in by and by their address.
    var match: FlowerMatch
    var verdict: Verdict
  }

  var tap: Tap
  /// In the order in which they are tried; just one, for all frames, where the way in makes no difference.
  var decisions: [Decision]

  /// Copies that other mirrors send out of the port are no frames that cross the switch, and are passed over.
  var skipsCopies = false

  /// Whether neither the way in nor the address makes a difference.
  var isUniform: Bool { !skipsCopies && decisions.map(\.match) == [FlowerMatch()] }

  /// All frames of the tap are treated alike.
  init(_ tap: Tap, _ verdict: Verdict) {
    self.tap = tap
    decisions = [Decision(match: FlowerMatch(), verdict: verdict)]
  }

  /// - Parameter decisions: in any order; those with more keys are tried first.
  init(_ tap: Tap, decisions: [Decision]) {
    self.tap = tap
    self.decisions = decisions.sorted {
      ($0.match.mask, $0.match.inputDevice ?? "") < ($1.match.mask, $1.match.inputDevice ?? "")
    }
  }
}

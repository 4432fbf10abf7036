/// Another verdict for one of so many frames (`struct tc_gact_p` of linux/tc_act/tc_gact.h; CONFIG_GACT_PROB).
public struct Sampling: Hashable, Sendable {
  public enum Choice: String, Hashable, Sendable {
    /// `PGACT_DETERM`: exactly every so manieth frame that the action sees.
    case counted
    /// `PGACT_NETRAND`: each frame with the same probability, whatever the others.
    case random
  }

  public var choice: Choice
  /// One frame of this many is picked, 1...65535.
  public var oneIn: UInt16
  /// What happens to the frames that are picked.
  public var control: Control

  public init(_ choice: Choice, oneIn: UInt16, control: Control) {
    self.choice = choice
    self.oneIn = oneIn
    self.control = control
  }
}

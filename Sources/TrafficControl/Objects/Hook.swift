/// A place of the clsact qdisc where filters run (`TC_H_MIN_INGRESS`, `TC_H_MIN_EGRESS` of linux/pkt_sched.h).
public enum Hook: String, Hashable, Sendable, CaseIterable {
  /// Before bridge, VLAN devices and protocols see a received frame.
  case ingress
  /// Before the root qdisc of a sending interface.
  case egress
}

/// A hook of one interface.
public struct HookPoint: Hashable, Sendable {
  public var device: String
  public var hook: Hook

  public init(_ device: String, _ hook: Hook) {
    self.device = device
    self.hook = hook
  }
}

extension HookPoint: Comparable, CustomStringConvertible {
  public static func < (left: HookPoint, right: HookPoint) -> Bool {
    (left.device, left.hook.rawValue) < (right.device, right.hook.rawValue)
  }

  public var description: String { "\(device) \(hook.rawValue)" }
}

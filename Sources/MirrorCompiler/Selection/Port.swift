import NetworkTypes
import TrafficControl

/// An interface in its role as a port of the switch that a mirror looks at.
struct Port: Hashable {
  enum Role: Hashable {
    /// An interface by itself.
    case plain
    /// A member of the bridge.
    case member(bridge: String)
    /// The bridge device as a port of its own bridge (Open vSwitch's LOCAL port).
    case local
  }

  var name: String
  var role: Role

  /// The bridge whose frames count once, if any.
  var bridge: String? {
    switch role {
    case .plain: nil
    case .member(let bridge): bridge
    case .local: name
    }
  }

  /// Where frames of a side pass. The host sends into its bridge by the egress hook of the bridge device, so that the
  /// sides of a local port are the other way round.
  func point(_ side: Side) -> HookPoint {
    switch (side, role == .local) {
    case (.source, false), (.destination, true): HookPoint(name, .ingress)
    case (.destination, false), (.source, true): HookPoint(name, .egress)
    }
  }
}

/// Which way a frame crosses a port.
public enum Side: String, Hashable, Sendable, CaseIterable {
  /// Into the switch (`select_src_port`).
  case source
  /// Out of the switch (`select_dst_port`).
  case destination
}

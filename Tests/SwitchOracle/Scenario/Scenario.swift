/// One comparison of two switches: their ports and mirrors, and the frames that they get.
///
/// Both switches are called `br0` and have the same ports: `p1` to `p5`, each with a wire to a station, and the bridge device
/// itself, Open vSwitch's LOCAL port.
public struct Scenario: Hashable, Sendable {
  /// The bridge and its own port.
  public static let bridge = "br0"
  /// The other ports.
  public static let members = ["p1", "p2", "p3", "p4", "p5"]
  public static let portNames = members + [bridge]

  public enum Kind: Hashable, Sendable {
    /// Linux: `vlan_filtering 1`.
    case vlanAware
    /// Linux: `vlan_filtering 0`; Open vSwitch: every port a trunk of all VLANs.
    case plain
  }

  /// What becomes of frames to the addresses that bridges keep to themselves.
  public enum ControlFrames: Hashable, Sendable { case kept, forwarded }

  public var kind: Kind
  public var controlFrames: ControlFrames
  public var modes: [String: PortMode]
  /// Ports that do not talk to each other: Open vSwitch's `protected`, Linux's `isolated`.
  public var isolated: Set<String>
  public var mirrors: [ScenarioMirror]
  public var floodVLANs: [UInt16]
  public var frames: [ScenarioFrame]

  public init(
    kind: Kind, controlFrames: ControlFrames = .forwarded, modes: [String: PortMode], isolated: Set<String> = [],
    mirrors: [ScenarioMirror], floodVLANs: [UInt16] = [], frames: [ScenarioFrame]
  ) {
    self.kind = kind
    self.controlFrames = controlFrames
    self.modes = modes
    self.isolated = isolated
    self.mirrors = mirrors
    self.floodVLANs = floodVLANs
    self.frames = frames
  }

  /// How a port treats VLANs; ports that nobody mentioned are parked, where the bridge knows VLANs.
  public func mode(of port: String) -> PortMode {
    kind == .plain ? .open : modes[port] ?? .parked
  }

  /// Ports that frames can cross.
  public var usedPorts: [String] { Self.portNames.filter { mode(of: $0) != .parked } }

  /// Ports that an output has for itself (S21).
  public var reservedPorts: Set<String> {
    Set(mirrors.compactMap { if case .port(let name) = $0.output { name } else { nil } })
  }

  /// The VLAN that the switch gives a frame at a port, 0 for none; `nil`: it refuses the frame.
  public func admittedVLAN(of frame: ScenarioFrame) -> UInt16? {
    mode(of: frame.ingress).admittedVLAN(of: frame.tags.first?.vlan ?? 0)
  }
}

import NetworkTypes

/// Where the copies go: exactly one of `output_port`, `output_vlan` and `output_tunnel`.
public enum Output: Hashable, Sendable {
  /// SPAN: the named interfaces, one copy each; at least one, no name twice.
  case ports([String])
  /// RSPAN: a VLAN of the bridge, or of the given ports.
  case vlan(VLANOutput)
  /// A tunnel device that the mirror creates and owns.
  case tunnel(TunnelOutput)
}

/// `output_vlan`: the copy is sent into a VLAN.
public struct VLANOutput: Hashable, Sendable {
  /// What becomes of the frame's own tag.
  public enum InnerTag: String, Hashable, Sendable {
    /// Its VLAN ID is replaced, PCP and TPID stay.
    case replaced
    /// It stays, under the new outer tag (`keep_inner: true`).
    case kept
  }

  /// Whether a copy may leave by the port that its frame came in by.
  public enum IngressPort: String, Hashable, Sendable {
    case excluded
    /// `reflect: true`, as Open vSwitch does.
    case included
  }

  /// 1...4094.
  public var id: UInt16
  /// The ports to use; `nil`: all that carry the VLAN (needs a bridge).
  public var ports: [PortPattern]?
  public var innerTag: InnerTag = .replaced
  public var ingressPort: IngressPort = .excluded

  public init(id: UInt16, ports: [PortPattern]? = nil) {
    self.id = id
    self.ports = ports
  }
}

/// `output_tunnel`: an encapsulation towards a collector.
public struct TunnelOutput: Hashable, Sendable {
  public enum Encapsulation: Hashable, Sendable {
    /// GRE with protocol type 0x6558 (RFC 2784, RFC 2890 for the key).
    case gretap(key: UInt32?)
    case erspan(ERSPAN)
    /// RFC 7348; the VNI has 24 bits, the UDP port is 4789 unless given.
    case vxlan(vni: UInt32, port: UInt16?)
    /// RFC 8926; the VNI has 24 bits, the UDP port is 6081 unless given.
    case geneve(vni: UInt32, port: UInt16?)
  }

  public var encapsulation: Encapsulation
  public var remote: IPAddress
  public var local: IPAddress?
  /// The underlay interface; `nil`: as the routes say.
  public var device: String?
  /// The VRF in whose routing table the way to the collector is; not together with ``device``.
  public var vrf: String?
  /// Time to live or hop limit of the outer header, 1...255; `nil`: 64.
  public var ttl: UInt8?
  /// The outer header's whole TOS or traffic class octet; `dscp: N` gives N << 2; `nil`: 0.
  public var tos: UInt8?
  /// The firewall mark that copies bear while they are on this host; `nil`: ``PacketMark/usual``.
  public var mark: PacketMark?

  public init(encapsulation: Encapsulation, remote: IPAddress) {
    self.encapsulation = encapsulation
    self.remote = remote
  }
}

/// The fields of an ERSPAN header (draft-foschiano-erspan-03).
public struct ERSPAN: Hashable, Sendable {
  public enum Direction: String, Hashable, Sendable, CaseIterable { case ingress, egress }

  /// 0: type I, 1: type II, 2: type III.
  public var version: UInt8
  /// 0...1023; versions 1 and 2.
  public var sessionID: UInt16?
  /// 0...1048575; version 1.
  public var index: UInt32?
  /// Version 2.
  public var direction: Direction?
  /// 0...63; version 2.
  public var hardwareID: UInt8?

  public init(version: UInt8) {
    self.version = version
  }
}

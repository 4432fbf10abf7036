import NetworkTypes

/// What `ip route get` is asked: how packets to an address leave the host.
public struct RouteQuestion: Hashable, Sendable {
  public var destination: IPAddress
  /// `RTA_OIF`: the interface, or the VRF, that they are bound to; its routing table answers.
  public var interface: String?
  /// `FRA_FWMARK`: the firewall mark, for which there may be a rule (`ip rule`).
  public var mark: UInt32

  public init(_ destination: IPAddress, by interface: String? = nil, mark: UInt32 = 0) {
    self.destination = destination
    self.interface = interface
    self.mark = mark
  }
}

/// How the kernel reaches an address.
public struct Route: Hashable, Sendable {
  /// `RTA_OIF`
  public var interface: String
  /// `RTA_PREFSRC`: the address that packets go out with.
  public var source: IPAddress?
  /// `RTAX_MTU`, set or learned; `nil`: that of the interface.
  public var mtu: UInt32?

  public init(interface: String, source: IPAddress? = nil, mtu: UInt32? = nil) {
    self.interface = interface
    self.source = source
    self.mtu = mtu
  }
}

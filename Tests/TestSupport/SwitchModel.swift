import NetworkTypes
import TrafficControl

/// What a Linux bridge does with a frame, as far as its ports' hooks can see.
public struct SwitchModel {
  public let host: HostSnapshot
  public let bridge: String

  public init(_ host: HostSnapshot, bridge: String) {
    self.host = host
    self.bridge = bridge
  }

  public var isAware: Bool { host.interfaces[bridge]?.bridge?.awareness == .aware }

  /// The type of the tags that show VLANs.
  public var tagProtocol: EtherType { host.interfaces[bridge]?.bridge?.tagProtocol ?? .dot1Q }

  /// The members and the bridge device.
  public var ports: [String] {
    host.interfaces.values.filter { $0.master == bridge && !($0.alias ?? "").hasPrefix(Device.aliasPrefix) }
      .map(\.name).sorted() + [bridge]
  }

  public func membership(of port: String) -> VLANMembership {
    let interface = host.interfaces[port]
    return (port == bridge ? interface?.bridge?.membership : interface?.bridgePort?.membership) ?? VLANMembership()
  }

  /// The VLAN that the switch gives a frame at the port where it enters; `nil`: none, the frame is refused.
  public func vlan(of frame: Frame, at port: String) -> UInt16? {
    guard isAware else { return frame.outerTag?.vlan ?? 0 }
    if let tag = frame.outerTag, tag.tagProtocol == tagProtocol, tag.vlan != 0 { return tag.vlan }
    return membership(of: port).pvid
  }

  /// Whether the port lets frames of the VLAN in and out.
  public func admits(_ vlan: UInt16?, at port: String) -> Bool {
    guard isAware else { return true }
    return vlan.map(membership(of: port).all.contains) ?? false
  }

  public var isSnooping: Bool { host.interfaces[bridge]?.bridge?.multicastSnooping == .on }

  /// Whether the bridge keeps the two ports from each other.
  public func areIsolated(_ one: String, _ other: String) -> Bool {
    [one, other].allSatisfy { host.interfaces[$0]?.bridgePort?.isIsolated == true }
  }

  /// Whether a frame to a group leaves by a port that carries its VLAN. What the host sends is flooded everywhere.
  public func floods(_ frame: Frame, from ingress: String, by port: String) -> Bool {
    if areIsolated(ingress, port) { return false }
    guard port != bridge, ingress != bridge, let flags = host.interfaces[port]?.bridgePort?.flags else { return true }
    return flags.contains(frame.bytes.prefix(6).allSatisfy { $0 == 0xff } ? .broadcastFlood : .multicastFlood)
  }

  /// Where a frame passes when it enters.
  public func entryPoint(_ port: String) -> HookPoint { HookPoint(port, port == bridge ? .egress : .ingress) }

  /// Where a frame passes when it leaves.
  public func exitPoint(_ port: String) -> HookPoint { HookPoint(port, port == bridge ? .ingress : .egress) }

  /// The frame as the hook of the port sees it by which it leaves.
  public func leaving(_ frame: Frame, from ingress: String, by port: String) -> Frame {
    var frame = frame
    if ingress != bridge { frame.inputDevice = ingress }
    if port == bridge { frame.inputDevice = bridge }
    guard isAware, let vlan = vlan(of: frame, at: ingress) else { return frame }
    var priority: UInt16 = 0
    if frame.outerTag?.tagProtocol == tagProtocol {
      priority = frame.outerTag?.priority ?? 0
      if frame.tag == nil { frame.hoist() }
      frame.tag = nil
    } else if let tag = frame.tag {
      frame.push(tag)
      frame.tag = nil
    }
    if membership(of: port).tagged.contains(vlan) {
      frame.tag = Frame.Tag(vlan, priority: priority, tagProtocol: tagProtocol)
    } else if port == bridge {
      // What the host receives is untagged once more.
      frame.hoist()
    }
    return frame
  }
}

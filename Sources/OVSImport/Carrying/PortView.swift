import MirrorModel
import NetworkTypes

/// A port of Open vSwitch, and what stands for it on plain Linux.
struct PortView {
  /// What a port is made of.
  enum Kind {
    /// An interface of the kernel.
    case system
    /// The bridge itself as one of its ports (LOCAL).
    case local
    case `internal`
    case patch(peer: String)
    case tunnel(OVSInterface)
    case bond(members: [String])
    /// Of a type that the kernel has no interfaces for, such as `dpdk`.
    case foreign(type: String)
  }

  let port: OVSPort
  let kind: Kind
  /// The name of the interface that stands for the port.
  let name: String
  let bridge: String

  /// The types of tunnels of ovs-vswitchd.conf.db(5).
  private static let tunnelTypes: Set = [
    "bareudp", "erspan", "geneve", "gre", "gtpu", "ip6erspan", "ip6gre", "lisp", "srv6", "stt", "vxlan",
  ]

  init(_ port: OVSPort, on bridge: String, _ interfaces: [RecordID: OVSInterface]) {
    (self.port, self.bridge) = (port, bridge)
    let members = port.interfaces.compactMap { interfaces[$0] }
    guard let interface = members.first, members.count == 1 else {
      name = port.name
      kind = members.isEmpty ? .system : .bond(members: members.map(\.name).sorted())
      return
    }
    name = interface.name
    kind =
      switch interface.type {
      case _ where interface.name == bridge: .local
      case "", "system", "tap": .system
      case "internal": .internal
      case "patch": .patch(peer: interface.options["peer"] ?? "")
      case let type where Self.tunnelTypes.contains(type): .tunnel(interface)
      case let type: .foreign(type: type)
      }
  }

  /// Whether an interface can have the name.
  var hasUsableName: Bool { InterfaceName.isValid(name) }

  /// The name as a pattern that fits nothing else.
  var pattern: PortPattern {
    PortPattern(name.unicodeScalars.reduce(into: "") { $0 += "*?[".unicodeScalars.contains($1) ? "[\($1)]" : "\($1)" })
  }

  /// How the port is named in notes.
  var record: String { "Port \(Quotation.quote(name))" }

  /// What has to be made on Linux before the port exists there; `nil` where it exists already.
  func remark(as use: Use) -> String? {
    let word = ShellWord.quote(name)
    switch kind {
    case .system, .local: return nil
    case .internal:
      switch use {
      case .output:
        return "an internal port; on Linux: ip link add \(word) type dummy && "
          + "ip link set \(word) master \(ShellWord.quote(bridge)) up"
      case .member:
        return "an internal port; on Linux a veth pair whose one end is in the bridge: "
          + "ip link add \(word) type veth peer name NAME"
      }
    case .patch(let peer):
      let end = InterfaceName.isValid(peer) ? ShellWord.quote(peer) : "NAME"
      return "a patch port; on Linux: ip link add \(word) type veth peer name \(end)"
    case .tunnel(let interface):
      return "a tunnel of Open vSwitch's own (\(Quotation.escape(interface.type))); "
        + "on Linux make a tunnel device of this name"
    case .bond(let members):
      let names = members.map(Quotation.escape).joined(separator: ", ")
      return "a bond of \(names); on Linux: ip link add \(word) type bond mode \(bondMode), with these as its members"
    case .foreign(let type):
      return "of type \(Quotation.escape(type)), which is no interface of the kernel; name the one that takes its place"
    }
  }

  /// What a port is there for.
  enum Use { case member, output }

  /// The mode of Linux's bonding driver that is nearest.
  private var bondMode: String {
    if let lacp = port.lacp, lacp != "off" { return "802.3ad" }
    return switch port.bondMode {
    case "balance-tcp": "802.3ad"
    case "balance-slb": "balance-xor"
    default: "active-backup"
    }
  }
}

import MirrorModel
import Netlink
import NetworkTypes
import TrafficControl

/// Reads a small description of a host:
///
///     missing_features: [matchall]
///     routes: {10.0.0.1: eth0}
///     interfaces:
///       - {name: eth0, mtu: 9000, up: true, carrier: true, kind: vlan, link: eth1, altnames: [wan], qdisc: clsact}
///     bridges:
///       - name: br0
///         vlan_filtering: true
///         vlan_protocol: 802.1ad
///         access: 1
///         ports:
///           - {name: tap1, access: 10}
///           - {name: trunk, native: 1, tagged: [10, 111], state: 3}
///     foreign_filters:
///       - {device: tap1, hook: ingress, pref: 10, kind: flower}
///
/// Interfaces have the indexes 1 (`lo`), 2, 3, … in the order in which they are written.
struct HostFile {
  struct Problem: Error { var message: String }

  private(set) var host = HostSnapshot()

  init(_ text: String) throws {
    let root = Node(try YAMLParser.parse(Array(text.utf8), file: "host.yaml"))
    add(Interface(index: 0, name: "lo"))
    for name in root["missing_features"].texts {
      guard let feature = Feature(rawValue: name) else { throw Problem(message: "no feature \(name)") }
      host.features.remove(feature)
    }
    for (address, interface) in root["routes"].entries {
      guard let address = IPAddress(address) else { throw Problem(message: "no address \(address)") }
      guard let interface = interface.text else { throw Problem(message: "no interface for \(address)") }
      host.addRoute(to: address, Route(interface: interface, source: IPAddress("fd00:2::15")))
    }
    for node in root["interfaces"].elements { add(try Self.interface(node)) }
    for node in root["bridges"].elements { try addBridge(node) }
    for node in root["foreign_filters"].elements { try addForeignFilter(node) }
  }

  private mutating func add(_ interface: Interface) {
    var new = interface
    new.index = UInt32(host.interfaces.count + 1)
    host.interfaces[new.name] = new
  }

  private static func interface(_ node: Node) throws -> Interface {
    guard let name = node["name"].text else { throw Problem(message: "an interface without name") }
    var interface = Interface(index: 0, name: name)
    interface.kind = node["kind"].text
    interface.master = node["master"].text
    interface.alternativeNames = node["altnames"].texts
    interface.isUp = node["up"].text != "false"
    interface.hasCarrier = node["carrier"].text != "false"
    if let link = node["link"].text { interface.link = .here(link) }
    if let mtu = node["mtu"].number(UInt32.self) { interface.mtu = mtu }
    if let type = node["hardware_type"].number(UInt16.self) { interface.hardwareType = type }
    if let qdisc = node["qdisc"].text.flatMap(Interface.ClassifierQdisc.init) { interface.classifierQdisc = qdisc }
    return interface
  }

  private mutating func addBridge(_ node: Node) throws {
    var bridge = try Self.interface(node)
    bridge.kind = "bridge"
    let isAware = node["vlan_filtering"].text == "true"
    bridge.bridge = Bridge(isAware ? .aware : .unaware, membership: isAware ? Self.membership(node) : VLANMembership())
    if node["vlan_protocol"].text == "802.1ad" { bridge.bridge?.vlanProtocol = .dot1AD }
    add(bridge)
    for node in node["ports"].elements {
      var port = try Self.interface(node)
      port.master = bridge.name
      port.bridgePort = BridgePort()
      if isAware { port.bridgePort?.membership = Self.membership(node) }
      if let state = node["state"].number(UInt8.self).flatMap(BridgePort.State.init) { port.bridgePort?.state = state }
      add(port)
    }
  }

  /// `access` and `native` are the PVID, sent untagged; `untagged` are more of those that are sent so.
  private static func membership(_ node: Node) -> VLANMembership {
    let pvid = node["access"].number(UInt16.self) ?? node["native"].number(UInt16.self)
    let untagged = node["untagged"].texts.compactMap { UInt16($0) }
    return VLANMembership(
      pvid: pvid, untagged: VLANSet(untagged + (pvid.map { [$0] } ?? [])),
      tagged: VLANSet(node["tagged"].texts.compactMap { UInt16($0) }))
  }

  private mutating func addForeignFilter(_ node: Node) throws {
    guard let device = node["device"].text, let hook = node["hook"].text.flatMap(Hook.init),
      let preference = node["pref"].number(UInt16.self)
    else { throw Problem(message: "a filter without device, hook or pref") }
    let filter = ForeignFilter(
      preference: preference, kind: node["kind"].text ?? "flower",
      scope: node["scope"].text.flatMap(ForeignFilter.Scope.init) ?? .everyFrame,
      verdict: node["verdict"].text.flatMap(ForeignFilter.Verdict.init) ?? .continues)
    host.foreignFilters[HookPoint(device, hook), default: []].append(filter)
    host.interfaces[device]?.classifierQdisc = .clsact
  }

  /// A node that answers with nothing where there is none.
  private struct Node {
    let node: YAMLNode?

    init(_ node: YAMLNode?) { self.node = node }

    subscript(key: String) -> Node { entries.first { $0.key == key }?.value ?? Node(nil) }

    var text: String? { if case .scalar(let text, _, _) = node { text } else { nil } }
    var texts: [String] { elements.compactMap(\.text) }
    var elements: [Node] { if case .sequence(let nodes, _) = node { nodes.map(Node.init) } else { [] } }

    var entries: [(key: String, value: Node)] {
      guard case .mapping(let pairs, _) = node else { return [] }
      return pairs.compactMap { pair in Node(pair.key).text.map { ($0, Node(pair.value)) } }
    }

    func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? { text.flatMap { Number($0) } }
  }
}

import MirrorModel
import NetworkTypes

/// Open vSwitch's mirrors as a profile, and all that a profile cannot say.
public struct OVSImport {
  public let profile: Profile
  /// What was not carried over as it was, bridge by bridge.
  public let notes: [ImportNote]
  /// Shell commands and comments that give Linux bridges the VLANs of the former ports; for bridges that the profile names.
  public let bridgeCommands: [String]

  /// Carries over the mirrors and flooded VLANs of every bridge.
  ///
  /// Equal databases give equal results, in whatever order their records come.
  public init(_ database: OVSDatabase, profileName: String) {
    var profile = Profile(name: profileName)
    var notes = Notes()
    var names = MirrorNames()
    var commands: [String] = []
    var done: Set<String> = []
    Self.noteStrays(database, &notes)
    for bridge in database.bridges where !bridge.mirrors.isEmpty || !bridge.floodVLANs.isEmpty {
      let record = "Bridge \(Quotation.quote(bridge.name))"
      guard InterfaceName.isValid(bridge.name), PortPattern(bridge.name).isLiteral else {
        notes.add(record, "no Linux bridge can be named so; it is left out with its mirrors")
        continue
      }
      guard done.insert(bridge.name).inserted else {
        notes.add(record, "there is another bridge of this name; this one is left out with its mirrors")
        continue
      }
      let carrier = Self.carrier(bridge, database)
      let mirrors = Self.mirrors(carrier, names: &names, &notes)
      let floodVLANs = Self.floodVLANs(bridge, record, &notes)
      guard !mirrors.isEmpty || !floodVLANs.isEmpty else { continue }
      Self.noteSwitching(carrier, record, &notes)
      Self.noteUnknownColumns(carrier, record, &notes)
      profile.mirrors += mirrors
      if !floodVLANs.isEmpty { profile.bridges.append(BridgeSettings(name: bridge.name, floodVLANs: floodVLANs)) }
      commands += carrier.vlans.commands
    }
    (self.profile, self.notes, bridgeCommands) = (profile, notes.all, commands)
  }

  private static func carrier(_ bridge: OVSBridge, _ database: OVSDatabase) -> MirrorCarrier {
    var ports: [RecordID: PortView] = [:]
    for id in bridge.ports {
      ports[id] = database.ports[id].map { PortView($0, on: bridge.name, database.interfaces) }
    }
    let mirrors = bridge.mirrors.compactMap { database.mirrors[$0] }
    // A tunnel that is an output becomes a device of the mirror's own, outside of the bridge.
    let outputs = Set(mirrors.compactMap(\.outputPort))
    let members = ports.filter { id, view in
      if case .tunnel = view.kind { !outputs.contains(id) } else { true }
    }
    let vlans = BridgeVLANs(
      bridge, ports: Array(members.values), outputs: Set(outputs.compactMap { ports[$0]?.name }), mirrors: mirrors)
    return MirrorCarrier(bridge: bridge, ports: ports, vlans: vlans, database: database)
  }

  private static func mirrors(
    _ carrier: MirrorCarrier, names: inout MirrorNames, _ notes: inout Notes
  ) -> [PortMirror] {
    var found: [OVSMirror] = []
    for id in Set(carrier.bridge.mirrors).sorted() {
      if let mirror = carrier.database.mirrors[id] {
        found.append(mirror)
      } else {
        notes.add(
          "Bridge \(Quotation.quote(carrier.bridge.name))",
          "its mirror \(Quotation.escape(id.text)) is not in the table Mirror; print all tables at one time")
      }
    }
    var mirrors: [PortMirror] = []
    for mirror in found.sorted(by: { ($0.name, $0.id) < ($1.name, $1.id) }) {
      if let carried = carrier.carry(mirror, names: &names, &notes) { mirrors.append(carried) }
    }
    return mirrors
  }

  private static func floodVLANs(_ bridge: OVSBridge, _ record: String, _ notes: inout Notes) -> [UInt16] {
    let vlans = VLANSet(bridge.floodVLANs.map { UInt16($0) })
    let usable = vlans.subtracting(VLANSet([0, 4095]))
    let others = vlans.subtracting(usable)
    if !others.isEmpty { notes.add(record, "flood_vlans \(others) is left out; only 1..4094 can be flooded") }
    return usable.ids
  }

  private static func noteSwitching(_ carrier: MirrorCarrier, _ record: String, _ notes: inout Notes) {
    let bridge = carrier.bridge
    for view in carrier.vlans.ports where view.port.vlanMode == "dot1q-tunnel" {
      notes.add(
        record,
        "its port \(Quotation.quote(view.name)) is a dot1q-tunnel, which ports of Linux bridges cannot be one by one; copies "
          + "from there have other tags")
    }
    if bridge.hasController || bridge.failMode == "secure" {
      notes.add(record, "its OpenFlow rules are not carried over: a Linux bridge learns addresses and forwards by them")
    }
    if !["", "system"].contains(bridge.datapathType) {
      notes.add(
        record,
        "its datapath is \(Quotation.escape(bridge.datapathType)); mirrors of the profile need ports that are interfaces "
          + "of the kernel")
    }
  }

  /// What is set and has no like in the profile or in the commands for the bridge, once for all ports that have it.
  private static func noteUnknownColumns(_ carrier: MirrorCarrier, _ record: String, _ notes: inout Notes) {
    for column in carrier.bridge.unknownColumns { notes.add(record, "\(Quotation.quote(column)) is not carried over") }
    var ports: [String: [String]] = [:]
    for view in carrier.ports.values {
      let members = view.port.interfaces.compactMap { carrier.database.interfaces[$0] }
      for column in Set(view.port.unknownColumns + members.flatMap(\.unknownColumns)) {
        ports[column, default: []].append(view.name)
      }
    }
    for (column, names) in ports.sorted(by: { $0.key < $1.key }) {
      let shown = names.sorted().prefix(3).map(Quotation.quote).joined(separator: ", ")
      let more = names.count > 3 ? " and \(names.count - 3) more" : ""
      notes.add(
        record,
        "\(Quotation.quote(column)) of its port\(names.count == 1 ? "" : "s") \(shown)\(more) is not carried over")
    }
  }

  /// Mirrors that no bridge has do nothing.
  private static func noteStrays(_ database: OVSDatabase, _ notes: inout Notes) {
    let owned = Set(database.bridges.flatMap(\.mirrors))
    for (id, mirror) in database.mirrors.sorted(by: { $0.key < $1.key }) where !owned.contains(id) {
      let name = mirror.name.isEmpty ? Quotation.escape(id.text) : Quotation.quote(mirror.name)
      notes.add("Mirror \(name)", "no bridge in the table Bridge has it; it is left out")
    }
  }
}

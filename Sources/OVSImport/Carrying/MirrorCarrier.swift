import MirrorModel
import NetworkTypes

/// Turns the mirrors of one bridge into those of a profile.
struct MirrorCarrier {
  let bridge: OVSBridge
  /// The bridge's own ports.
  let ports: [RecordID: PortView]
  let vlans: BridgeVLANs
  let database: OVSDatabase

  /// What a mirror is called in notes: by its name in Open vSwitch, or by its UUID where it has none.
  static func record(_ mirror: OVSMirror, on bridge: OVSBridge) -> String {
    let name = mirror.name.isEmpty ? Quotation.escape(mirror.id.text) : Quotation.quote(mirror.name)
    return "Mirror \(name) of \(Quotation.escape(bridge.name))"
  }

  /// - Returns: `nil` where nothing of profiles stands for the mirror; a note says why.
  func carry(_ mirror: OVSMirror, names: inout MirrorNames, _ notes: inout Notes) -> PortMirror? {
    let record = Self.record(mirror, on: bridge)
    guard let (output, state) = output(of: mirror, record, &notes),
      let selection = selection(of: mirror, record, &notes)
    else { return nil }
    let name = names.name(for: mirror.name, on: bridge.name)
    if name != mirror.name {
      notes.add(record, "it is called \(name) in the profile, where names are short and unique")
    }
    var result = PortMirror(name: name, output: output)
    result.administrativeState = state
    result.bridge = bridge.name
    result.selection = selection
    result.view = .switch
    result.snaplen = mirror.snaplen
    addFilter(of: mirror, to: &result, record, &notes)
    noteUnknownColumns(of: mirror, &result, record, &notes)
    noteUntaggedCopies(result, record, &notes)
    return result
  }

  /// Without its filter a mirror would copy what was never meant to be copied, so it is not enabled without it.
  private func addFilter(of mirror: OVSMirror, to result: inout PortMirror, _ record: String, _ notes: inout Notes) {
    let filter = Quotation.quote(mirror.filter)
    do throws(FlowMatch.Problem) {
      let translation = try FilterTranslation(FlowMatch(mirror.filter))
      result.selection.filter = translation.expression
      if let remark = translation.remark { notes.add(record, "filter \(filter): \(remark)") }
    } catch {
      notes.add(
        record,
        "filter \(filter) is not carried over: \(error.reason); the mirror is disabled in the profile: write 'filter' "
          + "(pcap-filter(7)) and take 'enabled: false' away")
      result.administrativeState = .disabled
    }
  }

  /// What a later Open vSwitch has added may say which frames are copied, as `filter` did.
  private func noteUnknownColumns(
    of mirror: OVSMirror, _ result: inout PortMirror, _ record: String, _ notes: inout Notes
  ) {
    for column in mirror.unknownColumns {
      notes.add(
        record,
        "the column \(Quotation.quote(column)) is not known and not carried over; the mirror is disabled in the profile"
      )
      result.administrativeState = .disabled
    }
  }

  /// The output and whether Open vSwitch uses it.
  private func output(
    of mirror: OVSMirror, _ record: String, _ notes: inout Notes
  ) -> (Output, AdministrativeState)? {
    if let id = mirror.outputPort {
      if let vlan = mirror.outputVLAN {
        notes.add(record, "output_vlan \(vlan) is left out: Open vSwitch ignores it beside output_port")
      }
      return outputPort(id, record, &notes)
    }
    guard let vlan = mirror.outputVLAN else {
      notes.add(
        record, "it has neither output_port nor output_vlan, so Open vSwitch copies nothing; the mirror is left out")
      return nil
    }
    guard vlan <= 4094 else {
      notes.add(record, "output_vlan \(vlan) is reserved by IEEE 802.1Q; give another VLAN; the mirror is left out")
      return nil
    }
    var output = VLANOutput(id: UInt16(vlan))
    output.ingressPort = .included
    return (.vlan(output), .enabled)
  }

  private func outputPort(
    _ id: RecordID, _ record: String, _ notes: inout Notes
  ) -> (Output, AdministrativeState)? {
    guard let port = database.ports[id] else {
      notes.add(
        record,
        "output_port refers to Port \(Quotation.escape(id.text)), which is not in the table; the mirror is left out")
      return nil
    }
    let view = PortView(port, on: bridge.name, database.interfaces)
    var state = AdministrativeState.enabled
    if ports[id] == nil {
      notes.add(
        record,
        "output_port \(Quotation.quote(view.name)) is not on the bridge, so Open vSwitch copies nothing; it is disabled in the profile"
      )
      state = .disabled
    }
    if case .tunnel(let interface) = view.kind {
      let tunnel = TunnelCarrier(interface: interface, record: record).tunnel(&notes)
      return tunnel.map { (.tunnel($0), state) }
    }
    guard view.hasUsableName, PortPattern(view.name).isLiteral else {
      notes.add(
        record, "output_port \(Quotation.quote(view.name)) cannot be the name of an output; the mirror is left out")
      return nil
    }
    guard view.name != bridge.name else {
      notes.add(
        record,
        "output_port is the bridge itself, which cannot be an output; make a dummy device the output instead; the mirror is left out"
      )
      return nil
    }
    if let remark = view.remark(as: .output) {
      notes.add(record, "output_port \(Quotation.quote(view.name)) is \(remark)")
    }
    return (.ports([view.name]), state)
  }
}

extension MirrorCarrier {
  private func selection(of mirror: OVSMirror, _ record: String, _ notes: inout Notes) -> Selection? {
    var selection = Selection()
    if mirror.selectAll {
      selection.scope = .everyPort
    } else {
      let sources = patterns(mirror.selectSourcePorts, "select_src_port", of: mirror, record, &notes)
      let destinations = patterns(mirror.selectDestinationPorts, "select_dst_port", of: mirror, record, &notes)
      if sources.isEmpty && destinations.isEmpty {
        notes.add(
          record,
          "it selects no port, so it copies nothing, as in Open vSwitch, which empties the columns when ports are deleted"
        )
      }
      selection.scope = .ports(source: sources, destination: destinations)
    }
    guard !mirror.selectVLANs.isEmpty else { return selection }
    guard let vlans = selectedVLANs(mirror, record, &notes) else { return nil }
    selection.vlans = vlans
    return selection
  }

  private func patterns(
    _ ids: [RecordID], _ column: String, of mirror: OVSMirror, _ record: String, _ notes: inout Notes
  ) -> [PortPattern] {
    var views: [PortView] = []
    for id in ids.sorted(by: { sortKey($0) < sortKey($1) }) {
      let port = database.ports[id].map { Quotation.quote($0.name) } ?? "Port \(Quotation.escape(id.text))"
      if let reason = reasonToLeaveOut(id, of: mirror) {
        notes.add(record, "\(column) \(port) is left out: \(reason)")
      } else if let view = ports[id] {
        views.append(view)
        if let remark = view.remark(as: .member) { notes.add(record, "\(column) \(port) is \(remark)") }
      }
    }
    return Set(views.map(\.pattern)).sorted { $0.text < $1.text }
  }

  private func sortKey(_ id: RecordID) -> (String, RecordID) { (database.ports[id]?.name ?? "", id) }

  private func reasonToLeaveOut(_ id: RecordID, of mirror: OVSMirror) -> String? {
    guard database.ports[id] != nil else { return "it is not in the table Port" }
    guard let view = ports[id] else { return "it is not on the bridge, and Open vSwitch ignores it too" }
    if id == mirror.outputPort || view.name == mirror.outputPort.flatMap({ ports[$0]?.name }) {
      return "it is the output, whose own frames Open vSwitch does not copy either"
    }
    return view.hasUsableName ? nil : "no Linux interface can have this name"
  }

  /// - Returns: `nil` where none is left, which must not become "all".
  private func selectedVLANs(_ mirror: OVSMirror, _ record: String, _ notes: inout Notes) -> VLANSet? {
    var selected = VLANSet(mirror.selectVLANs.map { UInt16($0) })
    if selected.contains(4095) {
      selected.remove(4095)
      notes.add(record, "select_vlan 4095 is left out: IEEE 802.1Q reserves it, so no frame has it")
    }
    if selected.contains(0), vlans.areUsed {
      selected.remove(0)
      selected.insert(vlans.untagged)
      notes.add(
        record,
        "select_vlan 0 (no VLAN) becomes \(vlans.untagged), which the commands for the bridge give frames without a tag"
      )
    }
    guard !selected.isEmpty else {
      notes.add(record, "no VLAN is left that could be selected; the mirror is left out")
      return nil
    }
    return selected
  }

  /// Where the output is no port of the bridge, nothing takes the tag off again.
  private func noteUntaggedCopies(_ mirror: PortMirror, _ record: String, _ notes: inout Notes) {
    guard vlans.areUsed, case .tunnel = mirror.output,
      mirror.selection.vlans?.contains(vlans.untagged) ?? true
    else { return }
    notes.add(
      record,
      "copies of frames without a VLAN have no tag in Open vSwitch; on a Linux bridge such frames are in the PVID of their "
        + "port (\(vlans.untagged) by the commands for the bridge), and the copies show that tag")
  }
}

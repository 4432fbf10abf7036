import CMnl
import NetworkTypes
import TrafficControl

/// An action as the kernel describes it, alone or in a filter, its target by index.
struct ActionRecord {
  /// `TCA_ACT_KIND`; it may be one that is not in ``ActionKind``.
  var kind: String
  var index: UInt32
  /// `TCA_ACT_COOKIE`
  var cookie: Cookie?
  /// `TC_ACT_*`
  var control: Int32
  /// Everything that it may return; empty: not known.
  var controls: [Int32]
  var operation: Operation
  var offload: OffloadPolicy
  var statistics: ActionStatistics

  enum Operation: Hashable {
    case gact
    /// `eaction` and `ifindex` of `struct tc_mirred`.
    case mirred(action: Int32, interface: UInt32)
    case sample(Sampling)
    case vlan(VLANEdit)
    case police(Police)
    case other
  }

  /// The first action index that is ours to use.
  static let firstOwnIndex: UInt32 = 0x5000_0000

  /// Reads the payload of an action dump's message: many actions, numbered.
  static func list(_ payload: ArraySlice<UInt8>) throws(MalformedMessage) -> [ActionRecord] {
    _ = try payload.header(tcamsg.self)
    return try list(Attributes(payload.dropping(tcamsg.self)).nested(TCA_ROOT_TAB))
  }

  /// Reads a numbered list of actions in the order in which they run.
  static func list(_ entries: Attributes) throws(MalformedMessage) -> [ActionRecord] {
    var records: [ActionRecord] = []
    for entry in entries { records.append(try ActionRecord(Attributes(entry.payload))) }
    return records
  }

  private init(_ entry: Attributes) throws(MalformedMessage) {
    kind = entry.text(TCA_ACT_KIND) ?? ""
    cookie = entry[TCA_ACT_COOKIE].flatMap { Cookie(bytes: Array($0)) }
    offload = OffloadPolicy(actionFlags: entry.value(TCA_ACT_FLAGS, nla_bitfield32.self)?.value ?? 0)
    statistics = ActionStatistics(try entry.nested(TCA_ACT_STATS))
    let options = try entry.nested(TCA_ACT_OPTIONS)
    switch ActionKind(rawValue: kind) {
    case .gact:
      let parameters = try Self.parameters(options, TCA_GACT_PARMS, tc_gact.self)
      (index, control, operation) = (parameters.index, parameters.action, .gact)
      if let sampling = options.value(TCA_GACT_PROB, tc_gact_p.self) {
        operation = Sampling(sampling).map { .sample($0) } ?? .other
      }
    case .mirred:
      let parameters = try Self.parameters(options, TCA_MIRRED_PARMS, tc_mirred.self)
      (index, control) = (parameters.index, parameters.action)
      operation = .mirred(action: parameters.eaction, interface: parameters.ifindex)
    case .vlan:
      let parameters = try Self.parameters(options, TCA_VLAN_PARMS, tc_vlan.self)
      (index, control) = (parameters.index, parameters.action)
      operation = VLANEdit(action: parameters.v_action, options).map { .vlan($0) } ?? .other
    case .police:
      let parameters = try Self.parameters(options, TCA_POLICE_TBF, tc_police.self)
      (index, control) = (parameters.index, parameters.action)
      operation = Police(parameters, options).map { .police($0) } ?? .other
    case nil:
      (index, control, operation) = (0, 0, .other)
    }
    controls = Self.controls(of: kind, options)
  }

  private static func parameters<Value: BitwiseCopyable>(
    _ options: Attributes, _ type: Int, _ valueType: Value.Type
  ) throws(MalformedMessage) -> Value {
    guard let value = options.value(type, valueType) else { throw MalformedMessage("\(valueType)") }
    return value
  }

  /// What names the action, where it is of a kind that is used.
  var key: ActionKey? { ActionKind(rawValue: kind).map { ActionKey($0, index) } }

  /// The action, where it carries our mark and is one that we could have made.
  func action(_ table: InterfaceTable) -> Action? {
    guard let cookie, let control = Control(rawValue: control), index >= Self.firstOwnIndex else { return nil }
    guard let operation = operation(table) else { return nil }
    return Action(index: index, cookie: cookie, operation: operation, control: control, offload: offload)
  }

  private func operation(_ table: InterfaceTable) -> Action.Operation? {
    switch operation {
    case .gact: .gact
    case .sample(let sampling): .sample(sampling)
    case .mirred(let number, let interface):
      Mirred(action: number, device: table.name(interface)).map { .mirred($0) }
    case .vlan(let edit): .vlan(edit)
    case .police(let police): .police(police)
    case .other: nil
    }
  }
}

extension VLANEdit {
  /// `nil` for an edit that is never made by us.
  fileprivate init?(action: Int32, _ options: Attributes) {
    let id = options.value(TCA_VLAN_PUSH_VLAN_ID, UInt16.self)
    let tagProtocol = options.value(TCA_VLAN_PUSH_VLAN_PROTOCOL, UInt16.self).map { EtherType(rawValue: $0.bigEndian) }
    switch (action, id, tagProtocol) {
    case (TCA_VLAN_ACT_POP, _, _): self = .pop
    case (TCA_VLAN_ACT_PUSH_ETH, _, _):
      guard let destination = options[TCA_VLAN_PUSH_ETH_DST].flatMap(MACAddress.init(octets:)),
        let source = options[TCA_VLAN_PUSH_ETH_SRC].flatMap(MACAddress.init(octets:))
      else { return nil }
      self = .pushEthernet(destination: destination, source: source)
    case (TCA_VLAN_ACT_PUSH, let id?, let tagProtocol?): self = .push(id: id, tagProtocol: tagProtocol)
    case (TCA_VLAN_ACT_MODIFY, let id?, let tagProtocol?): self = .modify(id: id, tagProtocol: tagProtocol)
    default: return nil
    }
  }
}

extension Sampling {
  /// `nil` for a choice or a verdict that is never ours.
  fileprivate init?(_ parameters: tc_gact_p) {
    guard let control = Control(rawValue: parameters.paction) else { return nil }
    switch Int32(parameters.ptype) {
    case PGACT_DETERM: self.init(.counted, oneIn: parameters.pval, control: control)
    case PGACT_NETRAND: self.init(.random, oneIn: parameters.pval, control: control)
    default: return nil
    }
  }
}

extension ActionStatistics {
  /// Reads `TCA_STATS_*` of linux/gen_stats.h.
  fileprivate init(_ attributes: Attributes) {
    let basic = attributes[TCA_STATS_BASIC]
    self.init(
      packets: attributes.value(TCA_STATS_PKT64, UInt64.self) ?? UInt64(basic?.load(UInt32.self, at: 8) ?? 0),
      bytes: basic?.load(UInt64.self) ?? 0,
      overlimits: UInt64(attributes.value(TCA_STATS_QUEUE, gnet_stats_queue.self)?.overlimits ?? 0))
  }
}

import CMnl
import Glibc
import NetworkTypes
import TrafficControl

/// The `TCA_ACT_OPTIONS` of an action.
enum ActionParameters {
  case gact(tc_gact, tc_gact_p?)
  case mirred(tc_mirred)
  case vlan(tc_vlan, VLANEdit?)
  case police(tc_police, Police?)

  /// What creates or replaces an action.
  ///
  /// - Parameter former: the action in whose place it comes: one that no longer samples has to be told so.
  /// - Throws: where the target of a mirred is unknown or does not exist.
  init(_ action: Action, former: Action?, _ table: InterfaceTable) throws(NetlinkFailure) {
    switch action.operation {
    case .gact:
      let samples = if case .sample = former?.operation { true } else { false }
      self = .gact(Self.gact(action), samples ? tc_gact_p() : nil)
    case .sample(let sampling): self = .gact(Self.gact(action), tc_gact_p(sampling))
    case .mirred(let target):
      guard let device = target.device else {
        throw NetlinkFailure(errno: 0, text: "the target interface no longer exists", cause: .notFound)
      }
      var mirred = tc_mirred()
      mirred.index = action.key.index
      mirred.action = action.control.rawValue
      mirred.eaction = target.action
      mirred.ifindex = try table.index(device)
      self = .mirred(mirred)
    case .vlan(let edit):
      var vlan = tc_vlan()
      vlan.index = action.key.index
      vlan.action = action.control.rawValue
      vlan.v_action = edit.action
      self = .vlan(vlan, edit)
    case .police(let police):
      self = .police(tc_police(police, index: action.key.index, exceed: action.control.rawValue), police)
    }
  }

  private static func gact(_ action: Action) -> tc_gact {
    var gact = tc_gact()
    gact.index = action.key.index
    gact.action = action.control.rawValue
    return gact
  }

  /// What binds a filter to an existing action by its index.
  ///
  /// The kernel takes nothing but the index where the action exists. Where it does not, each of these would create one with
  /// parameters that the kernel refuses: no direction and no device, no edit, a control that does not exist.
  init(binding key: ActionKey) {
    switch key.kind {
    case .gact:
      var gact = tc_gact()
      gact.index = key.index
      gact.action = Int32(TC_ACT_VALUE_MAX) + 1
      self = .gact(gact, nil)
    case .mirred:
      var mirred = tc_mirred()
      mirred.index = key.index
      self = .mirred(mirred)
    case .vlan:
      var vlan = tc_vlan()
      vlan.index = key.index
      self = .vlan(vlan, nil)
    case .police:
      var police = tc_police()
      police.index = key.index
      police.action = Int32(TC_ACT_VALUE_MAX) + 1
      self = .police(police, nil)
    }
  }

  func put(in entry: inout MessageBuilder) {
    entry.nest(TCA_ACT_OPTIONS) { options in
      switch self {
      case .gact(let parameters, let sampling):
        options.put(TCA_GACT_PARMS, parameters)
        if let sampling { options.put(TCA_GACT_PROB, sampling) }
      case .mirred(let parameters): options.put(TCA_MIRRED_PARMS, parameters)
      case .vlan(let parameters, let edit):
        options.put(TCA_VLAN_PARMS, parameters)
        edit?.put(in: &options)
      case .police(let parameters, let police):
        options.put(TCA_POLICE_TBF, parameters)
        police?.put(parameters, in: &options)
      }
    }
  }
}

extension Mirred {
  /// `eaction` of `struct tc_mirred`.
  var action: Int32 {
    switch (direction, mode) {
    case (.egress, .mirror): TCA_EGRESS_MIRROR
    case (.egress, .redirect): TCA_EGRESS_REDIR
    case (.ingress, .mirror): TCA_INGRESS_MIRROR
    case (.ingress, .redirect): TCA_INGRESS_REDIR
    }
  }

  /// `nil` for a number that stands for nothing here.
  init?(action: Int32, device: String?) {
    switch action {
    case TCA_EGRESS_MIRROR: self.init(.mirror, to: device)
    case TCA_EGRESS_REDIR: self.init(.redirect, to: device)
    case TCA_INGRESS_MIRROR: self.init(.mirror, to: device, direction: .ingress)
    case TCA_INGRESS_REDIR: self.init(.redirect, to: device, direction: .ingress)
    default: return nil
    }
  }
}

extension VLANEdit {
  /// `v_action` of `struct tc_vlan`.
  var action: Int32 {
    switch self {
    case .push: TCA_VLAN_ACT_PUSH
    case .modify: TCA_VLAN_ACT_MODIFY
    case .pop: TCA_VLAN_ACT_POP
    case .pushEthernet: TCA_VLAN_ACT_PUSH_ETH
    }
  }

  fileprivate func put(in options: inout MessageBuilder) {
    switch self {
    case .push(let id, let tagProtocol), .modify(let id, let tagProtocol):
      options.put(TCA_VLAN_PUSH_VLAN_ID, id)
      options.put(TCA_VLAN_PUSH_VLAN_PROTOCOL, tagProtocol.rawValue.bigEndian)
    case .pushEthernet(let destination, let source):
      options.put(TCA_VLAN_PUSH_ETH_DST, bytes: destination.octets)
      options.put(TCA_VLAN_PUSH_ETH_SRC, bytes: source.octets)
    case .pop: break
    }
  }
}

extension tc_gact_p {
  init(_ sampling: Sampling) {
    self.init()
    ptype = UInt16(sampling.choice == .counted ? PGACT_DETERM : PGACT_NETRAND)
    pval = sampling.oneIn
    paction = sampling.control.rawValue
  }
}

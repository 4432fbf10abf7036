import NetworkTypes

/// The kinds of actions that are used, by their `TCA_ACT_KIND`.
public enum ActionKind: String, Hashable, Sendable, CaseIterable {
  /// Generic action: nothing but a control verdict and counters (tc-gact of linux/tc_act/tc_gact.h).
  case gact
  /// Mirror or redirect to a device (linux/tc_act/tc_mirred.h).
  case mirred
  /// Push, pop or modify a VLAN tag, or push an Ethernet header (linux/tc_act/tc_vlan.h).
  case vlan
  /// Limit a rate (`struct tc_police` of linux/pkt_cls.h).
  case police
}

/// What names an action in one network namespace: each kind has an index space of its own.
public struct ActionKey: Hashable, Sendable, Comparable {
  public var kind: ActionKind
  public var index: UInt32

  public init(_ kind: ActionKind, _ index: UInt32) {
    self.kind = kind
    self.index = index
  }

  public static func < (left: ActionKey, right: ActionKey) -> Bool {
    (left.kind.rawValue, left.index) < (right.kind.rawValue, right.index)
  }
}

/// What happens to the frame after an action (`TC_ACT_*` of linux/pkt_cls.h).
public enum Control: Int32, Hashable, Sendable {
  /// `TC_ACT_UNSPEC`: the next filter is tried.
  case `continue` = -1
  /// `TC_ACT_SHOT`.
  case drop = 2
  /// `TC_ACT_PIPE`: the next action of the same filter runs.
  case pipe = 3
  /// `TC_ACT_STOLEN`: the frame has gone where the action sent it; what a redirect ends with.
  case stolen = 4
  /// `TC_ACT_TRAP`: the frame ends here without counting as dropped; where no hardware takes it, the kernel frees it.
  case trap = 8
}

/// A shared action: created by itself, bound by any number of filters, carrying our mark.
public struct Action: Hashable, Sendable {
  public enum Operation: Hashable, Sendable {
    case gact
    /// A gact with another verdict for some of the frames.
    case sample(Sampling)
    case mirred(Mirred)
    case vlan(VLANEdit)
    case police(Police)
  }

  public var key: ActionKey
  public var cookie: Cookie
  public var operation: Operation
  /// What happens to the frame; for a sample and a police that of the frames which are not picked or exceed the rate.
  public var control: Control
  /// That of the filters that bind it.
  public var offload: OffloadPolicy

  public init(
    index: UInt32, cookie: Cookie, operation: Operation, control: Control, offload: OffloadPolicy = .auto
  ) {
    self.key = ActionKey(operation.kind, index)
    self.cookie = cookie
    self.operation = operation
    self.control = control
    self.offload = offload
  }
}

extension Action.Operation {
  public var kind: ActionKind {
    switch self {
    case .gact, .sample: .gact
    case .mirred: .mirred
    case .vlan: .vlan
    case .police: .police
    }
  }
}

/// The target of a mirred action (`TCA_EGRESS_MIRROR` and its relatives).
public struct Mirred: Hashable, Sendable {
  public enum Mode: String, Hashable, Sendable {
    /// The frame goes on, a copy is sent.
    case mirror
    /// The frame itself is sent.
    case redirect
  }

  /// `egress`: the device sends it; `ingress`: the device receives it.
  public var direction: Hook
  public var mode: Mode
  /// `nil`: the device that was meant no longer exists (`tc` shows `*`).
  public var device: String?

  public init(_ mode: Mode, to device: String?, direction: Hook = .egress) {
    self.direction = direction
    self.mode = mode
    self.device = device
  }
}

/// A change of the outer VLAN tag or of the Ethernet header (`TCA_VLAN_ACT_*`).
public enum VLANEdit: Hashable, Sendable {
  case push(id: UInt16, tagProtocol: EtherType)
  /// The PCP stays.
  case modify(id: UInt16, tagProtocol: EtherType)
  case pop
  /// Puts an Ethernet header before a frame that has none; its EtherType is that of the packet.
  case pushEthernet(destination: MACAddress, source: MACAddress)
}

/// What an action has seen since it was created (`TCA_STATS_BASIC`, `TCA_STATS_QUEUE`).
public struct ActionStatistics: Hashable, Sendable {
  public var packets: UInt64
  /// At an ingress hook 14 bytes a frame less than on the wire.
  public var bytes: UInt64
  /// For mirred: copies that the target could not take.
  public var overlimits: UInt64

  public init(packets: UInt64 = 0, bytes: UInt64 = 0, overlimits: UInt64 = 0) {
    self.packets = packets
    self.bytes = bytes
    self.overlimits = overlimits
  }
}

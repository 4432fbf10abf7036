import NetworkTypes

/// What names a filter of chain 0 at a hook.
public struct FilterKey: Hashable, Sendable, Comparable {
  public var point: HookPoint
  /// `pref`: lower ones are tried first; ours are below 32768 but for those that are to come last.
  public var preference: UInt16
  public var handle: UInt32

  public init(_ point: HookPoint, preference: UInt16, handle: UInt32) {
    self.point = point
    self.preference = preference
    self.handle = handle
  }

  public static func < (left: FilterKey, right: FilterKey) -> Bool {
    (left.point, left.preference, left.handle) < (right.point, right.preference, right.handle)
  }
}

/// A tc filter: a classifier and the shared actions that run on what it matches.
public struct Filter: Hashable, Sendable {
  public var key: FilterKey
  /// The frame's outer EtherType, a tag in metadata included, must be this.
  public var frameProtocol: EtherType
  public var classifier: Classifier
  /// Bound by index; empty only for a classifier that gives the verdict itself or matches nothing.
  public var actions: [ActionKey]
  /// Whether hardware may or must do it.
  public var offload: OffloadPolicy

  public init(
    key: FilterKey, frameProtocol: EtherType = .all, classifier: Classifier, actions: [ActionKey],
    offload: OffloadPolicy = .auto
  ) {
    self.key = key
    self.frameProtocol = frameProtocol
    self.classifier = classifier
    self.actions = actions
    self.offload = offload
  }

  /// Marks a filter as ours that has no action and so no cookie: the handle of a classic BPF drop.
  public static let dropHandle: UInt32 = 0x6d63_7464

  /// The handle of a cls_u32 filter: the first node of its table. The kernel numbers the tables of a hook as it likes; 800
  /// stands for all of them.
  public static let u32Handle: UInt32 = 0x8000_0001

  /// The policy that the actions must have.
  ///
  /// cls_bpf tells the kernel nothing about its own when it binds actions (cls_bpf_set_parms, net/sched/cls_bpf.c), and then
  /// goes with those of policy ``OffloadPolicy/auto`` only.
  public var offloadOfActions: OffloadPolicy {
    classifier.kind == "bpf" ? .auto : offload
  }

  /// Whether the kernel can put `new` in place of this one without a gap (`RTM_NEWTFILTER` on the same handle).
  ///
  /// For cls_flower the match stays the same: one that is new to this handle may still be in use by another.
  public func isReplaceable(by new: Filter) -> Bool {
    guard key == new.key, frameProtocol == new.frameProtocol, offload == new.offload else { return false }
    return switch (classifier, new.classifier) {
    case (let old, let new) where old.kind == "bpf" && new.kind == "bpf": true
    case (.u32MatchAll, .u32MatchAll): true
    case (.flower(let old), .flower(let new)): old == new
    default: false
    }
  }
}

/// How a filter decides.
public enum Classifier: Hashable, Sendable {
  /// cls_matchall: every frame.
  case matchall
  /// cls_u32 with one empty key, for kernels without cls_matchall: every frame.
  case u32MatchAll
  /// cls_flower; of the filters with one preference the first mask that hits decides.
  case flower(FlowerMatch)
  /// cls_bpf with a classic BPF program.
  case bpf(BPFProgram)
  /// cls_bpf with an eBPF program that does the same as a classic one to frames that a guard lets through.
  ///
  /// `nil`: the kernel does not tell which; such a filter can only be replaced or removed.
  case guarded(BPFProgram?, Guard)
  /// cls_bpf with an eBPF program that changes frames and matches none; it takes no actions.
  case edit(FrameEdit)

  /// As `TCA_KIND` has it.
  public var kind: String {
    switch self {
    case .matchall: "matchall"
    case .u32MatchAll: "u32"
    case .flower: "flower"
    case .bpf, .guarded, .edit: "bpf"
    }
  }
}

/// The keys of cls_flower that are used (`TCA_FLOWER_*`).
public struct FlowerMatch: Hashable, Sendable {
  /// `TCA_FLOWER_INDEV`: the interface the frame last entered by (`skb_iif`), also at an egress hook.
  public var inputDevice: String?
  public var destination: Destination?

  /// A test of the destination MAC address.
  public enum Destination: String, Hashable, Sendable, CaseIterable {
    /// The group bit is set: multicast or broadcast.
    case group
    /// All bits are set.
    case broadcast

    /// More bits come first.
    fileprivate var rank: Int {
      switch self {
      case .group: 1
      case .broadcast: 2
      }
    }
  }

  public init(inputDevice: String? = nil, destination: Destination? = nil) {
    self.inputDevice = inputDevice
    self.destination = destination
  }

  /// The keys that are compared: filters with equal masks share one hash table.
  public struct Mask: Hashable, Sendable, Comparable {
    var rank: Int

    /// More keys come first: the kernel tries masks in the order of their creation, so that is the order to create them in.
    public static func < (left: Mask, right: Mask) -> Bool { left.rank > right.rank }
  }

  public var mask: Mask { Mask(rank: (inputDevice == nil ? 0 : 3) + (destination?.rank ?? 0)) }
}

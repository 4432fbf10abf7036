/// A tcx program of ours at a hook (bpf(2), `BPF_TCX_INGRESS` and `BPF_TCX_EGRESS`, Linux 6.6): it selects frames for all mirrors
/// that copy there that way, sends copies to devices of ours and lets every frame go on.
public struct CopyProgram: Hashable, Sendable {
  /// What becomes of some frames.
  public struct Decision: Hashable, Sendable {
    /// How they are told by the port that they came in by and by their address.
    public var match: FlowerMatch
    /// What they have to match besides; `nil`: nothing.
    public var frames: BPFProgram?
    /// The device of ours that sends on their copies; `nil`: they are passed over.
    public var device: String?

    public init(match: FlowerMatch, frames: BPFProgram? = nil, device: String?) {
      self.match = match
      self.frames = frames
      self.device = device
    }
  }

  /// What one mirror wants for one destination: the first decision that fits a frame counts.
  public struct Section: Hashable, Sendable {
    /// Of the mirror.
    public var slot: UInt16
    public var decisions: [Decision]

    public init(slot: UInt16, decisions: [Decision]) {
      self.slot = slot
      self.decisions = decisions
    }
  }

  public enum Content: Hashable, Sendable {
    /// Mirrors do not depend on each other, so the order of sections means nothing.
    case sections([Section])
    /// As the kernel tells it, which shows no code.
    ///
    /// - Parameter hash: of the code, see ``CopyProgram/hash(_:)``; `nil`: other programs come first, or there is a second one.
    case unknown(hash: UInt32?)
  }

  public var point: HookPoint
  public var content: Content
  /// Whether it leaves a mark on each frame, by which guarded filters tell what it has seen to; see ``Guard``.
  public var isMarking: Bool

  public init(_ point: HookPoint, _ content: Content, isMarking: Bool = false) {
    self.point = point
    self.content = content
    self.isMarking = isMarking
  }

  /// Sections are kept in the order of slots.
  public init(_ point: HookPoint, sections: [Section]) {
    let ordered = sections.enumerated().sorted { ($0.element.slot, $0.offset) < ($1.element.slot, $1.offset) }
    self.init(point, .sections(ordered.map(\.element)))
  }

  /// Empty for a program whose content is not known.
  public var sections: [Section] { if case .sections(let sections) = content { sections } else { [] } }

  public var isKnown: Bool { if case .sections = content { true } else { false } }

  /// The same program, but one that leaves a mark on each frame.
  public var marking: CopyProgram { CopyProgram(point, content, isMarking: true) }

  /// Those of the mirrors that it copies for, as far as they are known.
  public var slots: Set<UInt16> { Set(sections.map(\.slot)) }

  /// The devices that copies are sent to.
  public var devices: Set<String> { Set(sections.flatMap(\.decisions).compactMap(\.device)) }
}

extension KernelState {
  /// Finds out what is in programs of which the kernel tells only the hash: what another state has at their place, or nothing, if its
  /// hash is the same.
  ///
  /// - Parameter index: of an interface, by its name; `nil`: there is none.
  public mutating func recognizePrograms(among states: [KernelState], _ index: (String) -> UInt32?) {
    for (point, program) in programs {
      guard case .unknown(let hash?) = program.content else { continue }
      var candidates = states.compactMap { $0.programs[point] }.filter(\.isKnown)
      if program.isMarking { candidates = (candidates + [CopyProgram(point, sections: [])]).map(\.marking) }
      if let known = candidates.first(where: { $0.hash(index) == hash }) { programs[point] = known }
    }
  }
}

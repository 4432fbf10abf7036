/// What tells that a tcx program is ours: the content of an unbound action's cookie, for the kernel tells little of programs.
public struct ProgramMark: Hashable, Sendable {
  /// The number that the kernel has given to the program.
  public var id: UInt32
  /// Of its content, see ``CopyProgram/hash(_:)``.
  public var hash: UInt32
  /// What its secret is made of; nobody can guess it.
  public var seed: UInt32

  public init(id: UInt32, hash: UInt32, seed: UInt32) {
    self.id = id
    self.hash = hash
    self.seed = seed
  }

  /// Whether the program marks frames, see ``CopyProgram/hash(_:)``.
  public var isMarking: Bool { hash & 1 == 1 }

  /// See ``CopyProgram/Handover``.
  public var secret: UInt64 { Self.secret(hash: hash, seed: seed) }

  public static func secret(hash: UInt32, seed: UInt32) -> UInt64 {
    // 0 is what a frame bears that no program has left anything in.
    max(1, Fingerprint.of(HostOrder.bytes(of: seed) + HostOrder.bytes(of: hash)))
  }

  /// Where the marks of a hook are: two, so that one can be written while another counts.
  public struct Place: Hashable, Sendable {
    public var interface: UInt32
    public var hook: Hook

    /// Beyond every index that marks have room for.
    public static let interfaceLimit: UInt32 = 1 << 26
    /// The range of action indexes.
    public static let range: UInt32 = 0x9000_0000

    public init(interface: UInt32, hook: Hook) {
      self.interface = interface
      self.hook = hook
    }

    /// Of the action with a mark.
    ///
    /// - Parameter bank: 0 or 1.
    public func actionIndex(bank: UInt32) -> UInt32 {
      Self.range | interface << 2 | (hook == .egress ? 2 : 0) | bank & 1
    }

    /// Reads an action's index; `nil` for another range.
    public init?(actionIndex index: UInt32) {
      guard index & 0xf000_0000 == Self.range else { return nil }
      self.init(interface: index >> 2 & (Self.interfaceLimit - 1), hook: index & 2 == 0 ? .ingress : .egress)
    }
  }
}

extension Action {
  /// The mark of a tcx program; `nil`: it is none.
  public var programMark: ProgramMark? { if case .program(let mark) = cookie.content { mark } else { nil } }
}

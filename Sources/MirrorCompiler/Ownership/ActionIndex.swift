import TrafficControl

/// How the indexes of our actions are made: a range, the owner's slot, and a number within the owner.
public enum ActionIndex {
  /// What the indexes of one range hold.
  public enum Range: UInt32, Sendable, CaseIterable {
    /// The machinery of an owner: 16 bits of slot, 12 bits of role.
    case object = 0x5000_0000
    /// The record of an owner: 16 bits of slot, 12 bits of page number.
    case record = 0x6000_0000
    /// One reserved bridge port each.
    case reservation = 0x7000_0000
    /// The same as ``record``, for every other text of an owner; see ``Record/Bank``.
    case secondRecord = 0x8000_0000
    /// Two for each hook with a tcx program of ours; see ``ProgramMark``.
    case program = 0x9000_0000
  }

  /// Owners that one network namespace can hold.
  public static let slotCount = 0x1_0000
  /// Roles or pages of one owner.
  public static let roleCount: UInt32 = 0x1000

  public static func object(slot: UInt16, role: UInt32) -> UInt32 {
    Range.object.rawValue | UInt32(slot) << 12 | role & (roleCount - 1)
  }

  public static func page(slot: UInt16, number: UInt32, bank: Record.Bank = .first) -> UInt32 {
    bank.range.rawValue | UInt32(slot) << 12 | number & (roleCount - 1)
  }

  public static func range(of index: UInt32) -> Range? { Range(rawValue: index & 0xf000_0000) }

  /// The slot of an object or record; `nil` for other indexes.
  public static func slot(of index: UInt32) -> UInt16? {
    switch range(of: index) {
    case .object, .record, .secondRecord: UInt16(truncatingIfNeeded: index >> 12)
    case .reservation, .program, nil: nil
    }
  }

  public static func role(of index: UInt32) -> UInt32 { index & (roleCount - 1) }
}

/// The numbers within an owner's slot.
///
/// What an action counts by one of them is always the same, whatever becomes of the mirror: what it has counted stays true.
enum Role {
  /// Exists for every owner, also for one that needs nothing else; its cookie tells whose slot it is.
  static let head: UInt32 = 0
  static let skip: UInt32 = 1
  static let push: UInt32 = 2
  static let modify: UInt32 = 3
  static let modifyServiceTag: UInt32 = 4
  static let pop: UInt32 = 5
  static let count: UInt32 = 6
  static let drop: UInt32 = 7
  static let next: UInt32 = 8
  static let ethernetHeader: UInt32 = 9
  /// As ``count``, where the peer of a hop receives copies.
  static let countReceived: UInt32 = 10
  /// As ``pop``, with more to be done after it.
  static let untag: UInt32 = 11
  /// Ends the way of a copy that has been sent.
  static let end: UInt32 = 12
  /// Those of ``ExitRole`` for each exit.
  static let outputs: Range<UInt32> = 0x010..<0x100
  /// Two for each stage.
  static let stages: Range<UInt32> = 0x100..<0x400
  /// One for each port that a VLAN is sent to.
  static let carriers: Range<UInt32> = 0x400..<0xf00
}

/// The numbers within an exit's roles, each to be added to the first of them.
enum ExitRole {
  /// Copies from ingress hooks.
  static let ingress: UInt32 = 0
  /// Copies from egress hooks.
  static let egress: UInt32 = 1
  /// Whole copies from a stage to the output.
  static let delivery: UInt32 = 2
  /// From a stage to a hop.
  static let stage: UInt32 = 3
  static let count: UInt32 = 4

  /// As far from the first ones as this, there is as much room again.
  static let more: UInt32 = 0xf00
  /// Whole copies from the peer of a hop to the output.
  static let received = more
  /// Copies that have been cut, to the output.
  static let cut = more + 1
  /// From ingress hooks to a hop.
  static let hopIngress = more + 2
  /// From egress hooks to a hop.
  static let hopEgress = more + 3

  /// Those of the actions of kind gact.
  enum Counting {
    static let picking: UInt32 = 0
    /// Bytes at the egress hook of a stage.
    static let bytes: UInt32 = 1
    /// Bytes where the peer of a hop receives copies.
    static let bytesReceived: UInt32 = 2
    /// Copies that are too long.
    static let tooLong: UInt32 = 3
  }
}

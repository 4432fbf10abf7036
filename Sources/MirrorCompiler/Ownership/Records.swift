import TrafficControl

/// The records that a kernel holds, by slot.
public struct Records: Sendable {
  private var pages: [UInt16: [Record.Bank: [UInt32: [UInt8]]]] = [:]
  /// Which bank counts; not known where the head is lost.
  private var banks: [UInt16: Record.Bank] = [:]

  public init(in state: KernelState) {
    for (key, action) in state.actions {
      guard let slot = ActionIndex.slot(of: key.index) else { continue }
      let number = ActionIndex.role(of: key.index)
      switch (action.cookie.content, ActionIndex.range(of: key.index)) {
      case (.page(let bytes), .record): pages[slot, default: [:]][.first, default: [:]][number] = bytes
      case (.page(let bytes), .secondRecord): pages[slot, default: [:]][.second, default: [:]][number] = bytes
      case (.object(.step, _), .object) where number == Role.head: banks[slot] = .first
      case (.object(.stepWithSecondRecord, _), .object) where number == Role.head: banks[slot] = .second
      default: continue
      }
    }
  }

  public var slots: [UInt16] { pages.keys.sorted() }

  /// What may be the text of a slot, whole or not: one text, or none, where the head says which bank counts.
  public func texts(slot: UInt16) -> [String] {
    let banks = banks[slot].map { [$0] } ?? Record.Bank.allCases
    return banks.compactMap { text(slot: slot, bank: $0) }
  }

  /// Where a text is to be: where it is if it counts already, else where it takes the place of nothing that counts.
  func bank(for text: String, slot: UInt16) -> Record.Bank {
    let present = Record.Bank.allCases.first { pages[slot]?[$0] != nil }
    guard let current = banks[slot] ?? present else { return .first }
    if banks[slot] == nil, let same = Record.Bank.allCases.first(where: { self.text(slot: slot, bank: $0) == text }) {
      return same
    }
    return self.text(slot: slot, bank: current) == text ? current : current.other
  }

  /// How a text is written where it is already: it stays so, even if it would be packed otherwise now.
  ///
  /// - Returns: `nil` where it is not.
  func bytes(of text: String, slot: UInt16, bank: Record.Bank) -> [UInt8]? {
    guard let bytes = bytes(slot: slot, bank: bank), Self.text(of: bytes) == text else { return nil }
    return bytes
  }

  private func text(slot: UInt16, bank: Record.Bank) -> String? {
    bytes(slot: slot, bank: bank).flatMap(Self.text)
  }

  private static func text(of bytes: [UInt8]) -> String? {
    RecordPacking.unpack(bytes, limit: RecordPacking.greatestGrowth * Record.capacity)
  }

  /// The pages up to the first that is missing or not full.
  private func bytes(slot: UInt16, bank: Record.Bank) -> [UInt8]? {
    guard let pages = pages[slot]?[bank] else { return nil }
    var bytes: [UInt8] = []
    for number in 0..<ActionIndex.roleCount {
      guard let page = pages[number] else { break }
      bytes += page
      if page.count < Cookie.pageSize { break }
    }
    return bytes
  }
}

import TrafficControl

/// Which slot belongs to whom: an owner keeps the slot that the kernel shows it in, a new one takes the lowest free slot.
struct Slots {
  private var slots: [Owner: UInt16] = [:]
  /// The actions of ours that the kernel has, by slot.
  private(set) var present: [UInt16: [Action]] = [:]

  /// - Returns: `nil` when there are more owners than slots.
  init?(_ owners: [Owner], in snapshot: HostSnapshot) {
    var bySlot: [UInt16: UInt64] = [:]
    var taken = Set(snapshot.foreignActions.compactMap { ActionIndex.slot(of: $0.index) })
    for (key, action) in snapshot.own.actions {
      guard let slot = ActionIndex.slot(of: key.index) else { continue }
      taken.insert(slot)
      present[slot, default: []].append(action)
      if case .object(_, let fingerprint) = action.cookie.content { bySlot[slot] = fingerprint }
    }
    let known = Dictionary(bySlot.sorted { $0.key < $1.key }.map { ($0.value, $0.key) }) { first, _ in first }
    var candidate = 0
    for owner in owners.sorted() {
      if let slot = known[owner.fingerprint] {
        slots[owner] = slot
        continue
      }
      while candidate < ActionIndex.slotCount, taken.contains(UInt16(candidate)) { candidate += 1 }
      guard candidate < ActionIndex.slotCount else { return nil }
      slots[owner] = UInt16(candidate)
      candidate += 1
    }
  }

  subscript(owner: Owner) -> UInt16 { slots[owner] ?? 0 }
}

import MirrorModel
import TrafficControl

/// The kernel's memory of what was asked for: an owner's part of its profile, packed and cut into the cookies of unbound actions.
///
/// With it, nothing but the kernel is needed to list, check and remove mirrors, or to compile one profile beside the others.
/// A text that takes the place of another is written beside it, into the other of two banks; the cookie of the owner's head says
/// which bank counts. So there is a whole text at any moment, whatever becomes of the program that writes it.
public enum Record {
  /// One of the two places that an owner has for its text.
  public enum Bank: Hashable, Sendable, CaseIterable {
    case first, second

    var other: Bank { self == .first ? .second : .first }

    var range: ActionIndex.Range { self == .first ? .record : .secondRecord }

    /// What the head's cookie says.
    fileprivate var role: Cookie.Role { self == .first ? .step : .stepWithSecondRecord }
  }

  /// Bytes of a text that fit a slot, as it is packed; its last page is never full.
  static let capacity = Int(ActionIndex.roleCount) * Cookie.pageSize - 1

  /// How many bytes a text takes where that is more than fits; `nil`: it fits.
  static func excess(of text: String) -> Int? {
    // Packing makes no text longer.
    guard text.utf8.count > capacity else { return nil }
    let size = RecordPacking.pack(text).count
    return size > capacity ? size : nil
  }

  /// What is remembered of a profile: its text, after a line with the file's name where the service keeps it.
  static func text(of profile: Profile) -> String {
    let text = ProfileEncoder.encode(profile)
    guard case .service(let file) = profile.keeper else { return text }
    return "\(file)\n\(text)"
  }

  /// The two parts of a remembered text.
  public static func parts(of text: String) -> (keeper: Profile.Keeper, profile: String) {
    guard let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else { return (.command, text) }
    return (.service(file: String(text[..<end])), String(text[text.utf8.index(after: end)...]))
  }

  /// The head of an owner and the pages of its text; which kind of action is used makes no difference to readers.
  ///
  /// - Parameter records: those of the kernel: a text that counts there stays where it is.
  static func actions(
    for text: String, of owner: Owner, slot: UInt16, carrier: ActionKind, beside records: Records
  ) -> [Action] {
    let bank = records.bank(for: text, slot: slot)
    let head = idle(
      index: ActionIndex.object(slot: slot, role: Role.head),
      cookie: Cookie(.object(bank.role, owner: owner.fingerprint)), carrier: carrier)
    let bytes = records.bytes(of: text, slot: slot, bank: bank) ?? RecordPacking.pack(text)
    return [head] + pages(of: bytes, slot: slot, bank: bank, carrier: carrier)
  }

  /// The last page is not full, so that whatever is behind it does not count.
  private static func pages(of bytes: [UInt8], slot: UInt16, bank: Bank, carrier: ActionKind) -> [Action] {
    stride(from: 0, through: bytes.count, by: Cookie.pageSize).enumerated().map { number, start in
      let part = Array(bytes[start..<min(start + Cookie.pageSize, bytes.count)])
      return idle(
        index: ActionIndex.page(slot: slot, number: UInt32(number), bank: bank), cookie: Cookie(.page(part)),
        carrier: carrier)
    }
  }

  /// An action that no filter ever binds.
  static func idle(index: UInt32, cookie: Cookie, carrier: ActionKind) -> Action {
    let operation: Action.Operation = carrier == .gact ? .gact : .mirred(Mirred(.mirror, to: "lo"))
    return Action(index: index, cookie: cookie, operation: operation, control: .continue)
  }
}

import MirrorModel
import TrafficControl

/// The kernel's memory of what was asked for: an owner's part of its profile, cut into the cookies of unbound actions.
///
/// With it, nothing but the kernel is needed to list, check and remove mirrors, or to compile one profile beside the others.
public enum Record {
  /// The longest text that fits a slot, in bytes.
  public static let maximumLength = Int(ActionIndex.roleCount) * Cookie.pageSize

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

  /// The actions that hold a text; which kind is used makes no difference to readers.
  static func pages(of text: String, slot: UInt16, carrier: ActionKind) -> [Action] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: Cookie.pageSize).enumerated().map { number, start in
      let part = Array(bytes[start..<min(start + Cookie.pageSize, bytes.count)])
      return idle(
        index: ActionIndex.page(slot: slot, number: UInt32(number)), cookie: Cookie(.page(part)), carrier: carrier)
    }
  }

  /// An action that no filter ever binds.
  static func idle(index: UInt32, cookie: Cookie, carrier: ActionKind) -> Action {
    let operation: Action.Operation = carrier == .gact ? .gact : .mirred(Mirred(.mirror, to: "lo"))
    return Action(index: index, cookie: cookie, operation: operation, control: .continue)
  }

  /// The texts that the kernel holds, by slot.
  public static func texts(in state: KernelState) -> [UInt16: String] {
    var pages: [UInt16: [UInt32: [UInt8]]] = [:]
    for (key, action) in state.actions {
      guard case .page(let bytes) = action.cookie.content, let slot = ActionIndex.slot(of: key.index) else { continue }
      pages[slot, default: [:]][ActionIndex.role(of: key.index)] = bytes
    }
    return pages.mapValues { numbered in
      String(decoding: numbered.sorted { $0.key < $1.key }.flatMap(\.value), as: UTF8.self)
    }
  }
}

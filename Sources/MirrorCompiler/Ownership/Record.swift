import MirrorModel
import TrafficControl

/// The kernel's memory of what was asked for: an owner's part of its profile, cut into the cookies of unbound actions.
///
/// With it, nothing but the kernel is needed to list, check and remove mirrors, or to compile one profile beside the others.
public enum Record {
  /// The longest text that fits a slot, in bytes.
  public static let maximumLength = Int(ActionIndex.roleCount) * Cookie.pageSize

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

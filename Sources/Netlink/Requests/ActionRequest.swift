import CMnl
import Glibc
import NetworkTypes
import TrafficControl

/// Requests about shared actions.
enum ActionRequest {
  enum Verb {
    /// Refused where the index is taken.
    case add
    /// Takes the place of what has the index, counters kept.
    case replace

    var flags: Int32 { NLM_F_CREATE | (self == .add ? NLM_F_EXCL : NLM_F_REPLACE) }
  }

  /// `tc actions add action …` or `tc actions replace action …`
  static func put(
    _ action: Action, _ verb: Verb, former: Action? = nil, _ table: InterfaceTable
  ) throws(NetlinkFailure) -> MessageBuilder {
    let parameters = try ActionParameters(action, former: former, table)
    var message = MessageBuilder(RTM_NEWACTION, flags: verb.flags, header: tcamsg())
    message.nest(TCA_ROOT_TAB) { table in
      table.nest(1) { entry in
        entry.put(TCA_ACT_KIND, text: action.key.kind.rawValue)
        entry.put(TCA_ACT_COOKIE, bytes: action.cookie.bytes)
        parameters.put(in: &entry)
        let flags = action.offload.actionFlags
        if flags != 0 { entry.put(TCA_ACT_FLAGS, nla_bitfield32(value: flags, selector: flags)) }
      }
    }
    return message
  }

  /// `tc actions del action KIND index INDEX`; refused while a filter is bound to it.
  static func remove(_ key: ActionKey) -> MessageBuilder {
    var message = MessageBuilder(RTM_DELACTION, header: tcamsg())
    message.nest(TCA_ROOT_TAB) { table in
      table.nest(1) { entry in
        entry.put(TCA_ACT_KIND, text: key.kind.rawValue)
        entry.put(TCA_ACT_INDEX, key.index)
      }
    }
    return message
  }

  /// Asks for all actions of a kind, as many in a message as fit (`TCA_ACT_FLAG_LARGE_DUMP_ON`).
  static func dump(_ kind: ActionKind) -> MessageBuilder {
    var message = MessageBuilder(RTM_GETACTION, header: tcamsg())
    message.nest(TCA_ROOT_TAB) { table in
      table.nest(1) { $0.put(TCA_ACT_KIND, text: kind.rawValue) }
    }
    let large = UInt32(TCA_ACT_FLAG_LARGE_DUMP_ON)
    message.put(TCA_ROOT_FLAGS, nla_bitfield32(value: large, selector: large))
    return message
  }
}

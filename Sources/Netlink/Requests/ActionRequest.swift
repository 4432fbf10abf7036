import CMnl
import Glibc
import NetworkTypes
import TrafficControl

/// Requests about shared actions.
enum ActionRequest {
  /// The most actions of one request (`TCA_ACT_MAX_PRIO`).
  static let limit = Int(TCA_ACT_MAX_PRIO)

  /// `tc actions replace action …`
  ///
  /// - Parameter former: the action whose place it takes, where that is known.
  static func replace(
    _ action: Action, former: Action?, _ table: InterfaceTable
  ) throws(NetlinkFailure) -> MessageBuilder {
    try put([ActionParameters(action, former: former, table)], of: [action], NLM_F_CREATE | NLM_F_REPLACE)
  }

  /// `tc actions add action …`: all of them or none; refused where the index of one is taken.
  ///
  /// - Parameter actions: ``limit`` at most.
  static func add(_ actions: [Action], _ table: InterfaceTable) throws(NetlinkFailure) -> MessageBuilder {
    var parameters: [ActionParameters] = []
    for action in actions { parameters.append(try ActionParameters(action, former: nil, table)) }
    return put(parameters, of: actions, NLM_F_CREATE | NLM_F_EXCL)
  }

  private static func put(_ parameters: [ActionParameters], of actions: [Action], _ flags: Int32) -> MessageBuilder {
    var message = MessageBuilder(RTM_NEWACTION, flags: flags, header: tcamsg())
    message.nest(TCA_ROOT_TAB) { table in
      for (position, (action, parameters)) in zip(actions, parameters).enumerated() {
        table.nest(position + 1) { entry in
          entry.put(TCA_ACT_KIND, text: action.key.kind.rawValue)
          entry.put(TCA_ACT_COOKIE, bytes: action.cookie.bytes)
          parameters.put(in: &entry)
          let flags = action.offload.actionFlags
          if flags != 0 { entry.put(TCA_ACT_FLAGS, nla_bitfield32(value: flags, selector: flags)) }
        }
      }
    }
    return message
  }

  /// `tc actions del action KIND index INDEX …`; refused while a filter is bound to one of them.
  ///
  /// - Parameter keys: ``limit`` at most. Where one does not exist, none goes.
  static func remove(_ keys: [ActionKey]) -> MessageBuilder {
    var message = MessageBuilder(RTM_DELACTION, header: tcamsg())
    message.nest(TCA_ROOT_TAB) { table in
      for (position, key) in keys.enumerated() {
        table.nest(position + 1) { entry in
          entry.put(TCA_ACT_KIND, text: key.kind.rawValue)
          entry.put(TCA_ACT_INDEX, key.index)
        }
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

import CMnl
import Glibc
import NetworkTypes
import TrafficControl

/// Requests about filters.
enum FilterRequest {
  enum Verb {
    /// `tc filter add`: refused where the handle is taken.
    case add
    /// `tc filter replace`; as tc(8) has it, without `NLM_F_REPLACE`, at which the kernel does not look.
    case replace
    /// `tc filter del`
    case remove

    var type: Int { self == .remove ? RTM_DELTFILTER : RTM_NEWTFILTER }

    var flags: Int32 {
      switch self {
      case .add: NLM_F_CREATE | NLM_F_EXCL
      case .replace: NLM_F_CREATE
      case .remove: 0
      }
    }
  }

  /// A request for one filter.
  ///
  /// - Parameters:
  ///   - handle: what the kernel calls it, where that is not the handle of the key; see ``KernelHandle``.
  ///   - loaded: for a filter that cuts, is guarded or shares its program: that program, which the kernel keeps from then on.
  static func message(
    _ verb: Verb, _ filter: Filter, handle: UInt32? = nil, loaded: LoadedProgram? = nil, _ table: InterfaceTable
  ) throws(NetlinkFailure) -> MessageBuilder {
    let key = filter.key
    let header = tcmsg(
      interface: try table.index(key.point.device), parent: key.point.hook.parent, handle: handle ?? key.handle,
      info: tcmsg.filterInfo(preference: key.preference, frameProtocol: filter.frameProtocol))
    var message = MessageBuilder(verb.type, flags: verb.flags, header: header)
    message.put(TCA_KIND, text: filter.classifier.kind)
    if verb != .remove {
      message.nest(TCA_OPTIONS) { ClassifierOptions.put(filter, loaded: loaded, in: &$0) }
    }
    return message
  }

  /// Asks for all filters at one hook, in all chains.
  static func dump(interface: UInt32, _ hook: Hook) -> MessageBuilder {
    MessageBuilder(RTM_GETTFILTER, header: tcmsg(interface: interface, parent: hook.parent))
  }
}

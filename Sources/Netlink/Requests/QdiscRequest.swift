import CMnl
import TrafficControl

/// Requests about the clsact qdisc of an interface and the chain that marks it as ours.
enum QdiscRequest {
  /// `tc qdisc add dev DEVICE clsact`; refused where any clsact or ingress qdisc exists.
  static func add(interface: UInt32) -> MessageBuilder {
    message(RTM_NEWQDISC, flags: NLM_F_CREATE | NLM_F_EXCL, interface: interface)
  }

  /// `tc qdisc del dev DEVICE clsact`; every filter at its hooks goes with it.
  static func remove(interface: UInt32) -> MessageBuilder {
    message(RTM_DELQDISC, flags: 0, interface: interface)
  }

  /// `tc chain add dev DEVICE ingress chain CHAIN`
  static func addMark(interface: UInt32) -> MessageBuilder {
    mark(RTM_NEWCHAIN, flags: NLM_F_CREATE | NLM_F_EXCL, interface: interface)
  }

  /// `tc chain del dev DEVICE ingress chain CHAIN`
  static func removeMark(interface: UInt32) -> MessageBuilder {
    mark(RTM_DELCHAIN, flags: 0, interface: interface)
  }

  /// Asks whether the mark exists; any refusal means that it does not.
  static func findMark(interface: UInt32) -> MessageBuilder {
    mark(RTM_GETCHAIN, flags: 0, interface: interface)
  }

  /// Asks for the clsact or ingress qdisc of one interface; refused where there is none.
  ///
  /// The kernel answers as it tells of changes (qdisc_notify, net/sched/sch_api.c): the asker hears it only if it wants the echo.
  static func find(interface: UInt32) -> MessageBuilder {
    MessageBuilder(RTM_GETQDISC, flags: NLM_F_ECHO, header: tcmsg(interface: interface, parent: TC_H_CLSACT))
  }

  /// Asks for the qdiscs of all interfaces, those at the ingress hook included.
  static func dump() -> MessageBuilder {
    MessageBuilder(RTM_GETQDISC, header: tcmsg(interface: 0))
  }

  private static func message(_ type: some BinaryInteger, flags: Int32, interface: UInt32) -> MessageBuilder {
    let header = tcmsg(interface: interface, parent: TC_H_CLSACT, handle: HeaderConstants.clsactHandle)
    var message = MessageBuilder(type, flags: flags, header: header)
    message.put(TCA_KIND, text: "clsact")
    return message
  }

  private static func mark(_ type: some BinaryInteger, flags: Int32, interface: UInt32) -> MessageBuilder {
    let header = tcmsg(interface: interface, parent: Hook.ingress.parent)
    var message = MessageBuilder(type, flags: flags, header: header)
    message.put(TCA_CHAIN, KernelState.chainMark)
    return message
  }
}

import CMnl
import NetworkTypes
import TrafficControl

extension tcmsg {
  /// The fixed header of qdisc, chain and filter messages, all else zero.
  init(interface: UInt32, parent: UInt32 = 0, handle: UInt32 = 0, info: UInt32 = 0) {
    self.init()
    tcm_family = UInt8(AF_UNSPEC)
    tcm_ifindex = Int32(bitPattern: interface)
    tcm_parent = parent
    tcm_handle = handle
    tcm_info = info
  }

  /// `tcm_info` of a filter: its preference and, in network byte order, its frame protocol.
  static func filterInfo(preference: UInt16, frameProtocol: EtherType) -> UInt32 {
    UInt32(preference) << 16 | UInt32(frameProtocol.rawValue.bigEndian)
  }
}

extension Hook {
  /// The parent of what is at this hook of a clsact qdisc; that of ingress also serves the older ingress qdisc.
  var parent: UInt32 {
    HeaderConstants.clsactHandle | (self == .ingress ? UInt32(TC_H_MIN_INGRESS) : UInt32(TC_H_MIN_EGRESS))
  }
}

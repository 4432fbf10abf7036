/// Constants of kernel headers that Swift cannot import because they are macros with casts or parameters.
enum HeaderConstants {
  /// `GRE_KEY` of linux/if_tunnel.h, in network byte order as `IFLA_GRE_IFLAGS` takes it.
  static let greKey = UInt16(0x2000).bigEndian
  /// `GRE_SEQ` of linux/if_tunnel.h, likewise.
  static let greSequence = UInt16(0x1000).bigEndian
  /// `TC_H_MAKE(TC_H_CLSACT, 0)` of linux/pkt_sched.h: the handle of clsact and ingress.
  static let clsactHandle: UInt32 = 0xffff_0000
  /// `NETLINK_GET_STRICT_CHK`, `NETLINK_EXT_ACK` … are imported; `SOL_NETLINK` of bits/socket.h is not everywhere.
  static let netlinkLevel: Int32 = 270
  /// The handles of cls_u32: 12 bits of table, 8 of bucket, 12 of node (`TC_U32_HTID`, `TC_U32_NODE` of linux/pkt_cls.h).
  static let u32TableMask: UInt32 = 0xfff0_0000
  static let u32NodeMask: UInt32 = 0x0000_0fff
  /// `BPF_PROG_LOAD` and `BPF_PROG_TYPE_SCHED_CLS` of linux/bpf.h, which cannot be included next to libpcap's header.
  static let loadProgram: Int32 = 5
  static let classifierProgram: UInt32 = 3
  /// `BPF_PROG_GET_FD_BY_ID`, `BPF_OBJ_GET_INFO_BY_FD` and `BPF_PROG_QUERY`, likewise.
  static let openProgram: Int32 = 13
  /// `BPF_PROG_ATTACH` and `BPF_PROG_DETACH`, likewise.
  static let attachProgram: Int32 = 8
  static let detachProgram: Int32 = 9
  /// `BPF_F_BEFORE`, `BPF_F_AFTER` and `BPF_F_ID`, likewise.
  static let before: UInt32 = 1 << 3
  static let after: UInt32 = 1 << 4
  static let byIdentity: UInt32 = 1 << 5
  static let describeObject: Int32 = 15
  static let queryPrograms: Int32 = 16
  /// The table that the first cls_u32 instance of a hook gets, and the one that ``Filter`` values name.
  static let u32FirstTable: UInt32 = 0x8000_0000
}

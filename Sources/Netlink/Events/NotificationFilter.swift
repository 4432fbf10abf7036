import CMnl
import Glibc
import TrafficControl

/// What the kernel does not even queue (socket(7), `SO_ATTACH_FILTER`).
///
/// - What our own requests cause.
/// - Chains that come and go with their filters: the kernel names nobody as their author, and the filters or the qdisc are told
///   of, too. Chains that somebody asks for have an author.
/// - Addresses that bridges and vxlan devices learn, of which there may be thousands a second: of their entries only those count that
///   somebody has made for good in the device itself.
enum NotificationFilter {
  /// The program; BPF loads are in network byte order, netlink headers in the host's.
  static func instructions(ignoring port: UInt32) -> [BPFProgram.Instruction] {
    let (loadWord, loadHalf, loadByte): (UInt16, UInt16, UInt16) = (0x20, 0x28, 0x30)
    let (jumpIfEqual, jumpIfSet, giveBack): (UInt16, UInt16, UInt16) = (0x15, 0x45, 0x06)
    let (typeOffset, portOffset, familyOffset): (UInt32, UInt32, UInt32) = (4, 12, 16)
    // Of struct ndmsg.
    let (stateOffset, flagsOffset): (UInt32, UInt32) = (24, 26)
    func half(_ number: some BinaryInteger) -> UInt32 { UInt32(UInt16(number).bigEndian) }
    // nlmsg_pid is 0 where the kernel itself is the author, so port 0 must not be looked for.
    let own: [BPFProgram.Instruction] = port == 0 ? [] : [.init(jumpIfEqual, 14, 0, port.bigEndian)]
    return [.init(loadWord, 0, 0, portOffset)] + own + [
      .init(jumpIfEqual, 0, 3, 0),
      .init(loadHalf, 0, 0, typeOffset),
      .init(jumpIfEqual, 11, 0, half(RTM_NEWCHAIN)),
      .init(jumpIfEqual, 10, 0, half(RTM_DELCHAIN)),
      .init(loadHalf, 0, 0, typeOffset),
      .init(jumpIfEqual, 1, 0, half(RTM_NEWNEIGH)),
      .init(jumpIfEqual, 0, 6, half(RTM_DELNEIGH)),
      .init(loadByte, 0, 0, familyOffset),
      .init(jumpIfEqual, 0, 4, UInt32(AF_BRIDGE)),
      .init(loadByte, 0, 0, flagsOffset),
      .init(jumpIfSet, 0, 3, UInt32(NTF_SELF)),
      .init(loadHalf, 0, 0, stateOffset),
      .init(jumpIfSet, 0, 1, half(NUD_PERMANENT)),
      .init(giveBack, 0, 0, .max),
      .init(giveBack, 0, 0, 0),
    ]
  }

  static func attach(to socket: Int32, ignoring port: UInt32) throws(NetlinkFailure) {
    let instructions = instructions(ignoring: port)
    let attached = unsafe instructions.flatMap(\.bytes).withUnsafeBytes { code in
      let program = Program(
        count: UInt16(instructions.count), instructions: UInt(bitPattern: code.baseAddress))
      return SocketOption.set(socket, SOL_SOCKET, SO_ATTACH_FILTER, program)
    }
    guard attached else { throw .last }
  }

  /// `struct sock_fprog`.
  private struct Program {
    var count: UInt16
    var instructions: UInt
  }
}

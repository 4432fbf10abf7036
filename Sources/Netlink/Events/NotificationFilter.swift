import CMnl
import Glibc
import TrafficControl

/// What the kernel does not even queue (socket(7), `SO_ATTACH_FILTER`).
///
/// - What our own requests cause.
/// - Chains that come and go with their filters: the kernel names nobody as their author, and the filters or the qdisc are told
///   of, too. Chains that somebody asks for have an author.
/// - Addresses that bridges learn, of which there may be thousands a second.
enum NotificationFilter {
  /// The program; BPF loads are in network byte order, netlink headers in the host's.
  static func instructions(ignoring port: UInt32) -> [BPFProgram.Instruction] {
    let (loadWord, loadHalf, loadByte, jumpIfEqual, giveBack): (UInt16, UInt16, UInt16, UInt16, UInt16) =
      (0x20, 0x28, 0x30, 0x15, 0x06)
    let (typeOffset, portOffset, familyOffset): (UInt32, UInt32, UInt32) = (4, 12, 16)
    func type(_ number: some BinaryInteger) -> UInt32 { UInt32(UInt16(number).bigEndian) }
    // nlmsg_pid is 0 where the kernel itself is the author, so port 0 must not be looked for.
    let own: [BPFProgram.Instruction] = port == 0 ? [] : [.init(jumpIfEqual, 10, 0, port.bigEndian)]
    return [.init(loadWord, 0, 0, portOffset)] + own + [
      .init(jumpIfEqual, 0, 3, 0),
      .init(loadHalf, 0, 0, typeOffset),
      .init(jumpIfEqual, 7, 0, type(RTM_NEWCHAIN)),
      .init(jumpIfEqual, 6, 0, type(RTM_DELCHAIN)),
      .init(loadHalf, 0, 0, typeOffset),
      .init(jumpIfEqual, 1, 0, type(RTM_NEWNEIGH)),
      .init(jumpIfEqual, 0, 2, type(RTM_DELNEIGH)),
      .init(loadByte, 0, 0, familyOffset),
      .init(jumpIfEqual, 1, 0, UInt32(AF_BRIDGE)),
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

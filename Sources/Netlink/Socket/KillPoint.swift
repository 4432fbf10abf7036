import CMnl
import Glibc
import Synchronization

/// Lets tests send the program a signal at a chosen request: right before the Nth one that changes something in the kernel.
///
/// N, counted from 1, is `MIRRORCTL_KILL_BEFORE_REQUEST` of the environment; without it nothing happens. The signal is
/// `MIRRORCTL_KILL_SIGNAL`, a number, or else SIGKILL. Who can set a process's environment can kill it anyway.
package enum KillPoint {
  /// Requests that are still let through; 0: all are.
  private static let remaining = Atomic<Int>(number("MIRRORCTL_KILL_BEFORE_REQUEST") ?? 0)

  private static func number(_ variable: String) -> Int? {
    guard let text = unsafe getenv(variable) else { return nil }
    return unsafe Int(String(cString: text))
  }

  /// The same for a process that runs already.
  package static func set(beforeRequest number: Int) { remaining.store(number, ordering: .relaxed) }

  /// To be passed before every request that changes something.
  static func pass() {
    guard remaining.load(ordering: .relaxed) > 0,
      remaining.subtract(1, ordering: .relaxed).newValue == 0
    else { return }
    kill(getpid(), Int32(clamping: number("MIRRORCTL_KILL_SIGNAL") ?? Int(SIGKILL)))
  }

  /// To be passed before every datagram.
  static func pass(_ messages: [MessageBuilder]) {
    guard remaining.load(ordering: .relaxed) > 0, messages.contains(where: \.changesSomething) else { return }
    pass()
  }
}

extension MessageBuilder {
  /// Of the types of a kind of object, the first three are to make, remove and get one (linux/rtnetlink.h).
  fileprivate var changesSomething: Bool { type % 4 != RTM_GETLINK % 4 }
}

import Glibc
import Synchronization

/// Notes that a signal has asked the program to stop, so that it can come to a safe end by itself: SIGINT, SIGTERM, or SIGHUP, which
/// says that the terminal has gone.
public enum Interrupts {
  /// The signal that came; 0: none. A handler may do nothing but store it (signal-safety(7)).
  private static let received = Atomic<Int32>(0)

  /// From now on these signals are noted and no longer end the program; system calls under way go on (`SA_RESTART`). One that the
  /// program was started to ignore, as by nohup(1), stays ignored.
  public static func install() {
    received.store(0, ordering: .relaxed)
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { Interrupts.note($0) }
    action.sa_flags = SA_RESTART
    for signal in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(signal) { _ = unsafe sigaction(signal, &action, nil) }
  }

  /// Whether one of them has come since.
  public static var isPending: Bool { received.load(ordering: .relaxed) != 0 }

  /// Which one came, for the exit status (128 + signal).
  public static var signal: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var current = sigaction()
    guard unsafe sigaction(signal, nil, &current) == 0 else { return false }
    let (handler, ignoring) = unsafe (current.__sigaction_handler.sa_handler, SIG_IGN)
    return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(ignoring, to: Int.self)
  }

  private static func note(_ signal: Int32) {
    received.store(signal, ordering: .relaxed)
  }
}

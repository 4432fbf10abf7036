import CMnl
import Glibc

/// Tells the service manager how the service is (sd_notify(3)): datagrams to the Unix socket that `NOTIFY_SOCKET` names.
///
/// Each message is a datagram of its own, so that what is long never takes what matters with it: systemd ignores datagrams above
/// 4,096 bytes (`NOTIFY_BUFFER_MAX`). Nothing here fails for the caller: a service goes on without its manager, and waits a second
/// for it at most.
public struct ServiceNotification: Sendable {
  /// One thing to tell.
  public enum Message: Hashable, Sendable {
    case ready
    /// The configuration is being read again; ``ready`` ends it. The moment is of ``MonotonicClock``.
    case reloading(since: Duration)
    case stopping
    /// One line for people; line breaks become blanks, and what is long is cut.
    case status(String)
    /// The service is alive; see ``ServiceNotification/watchdogInterval``.
    case watchdog

    /// The assignments, as they are sent.
    var lines: [String] {
      switch self {
      case .ready: ["READY=1"]
      case .reloading(let moment): ["RELOADING=1", "MONOTONIC_USEC=\(moment.microseconds)"]
      case .stopping: ["STOPPING=1"]
      case .status(let text):
        ["STATUS=" + Self.line(text)]
      case .watchdog: ["WATCHDOG=1"]
      }
    }

    /// Bytes of a status at most, besides the mark of a cut.
    private static let statusLimit = 2000

    private static func line(_ text: String) -> String {
      let bytes = text.utf8.map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
      guard bytes.count > statusLimit else { return String(decoding: bytes, as: UTF8.self) }
      let end = bytes[...statusLimit].lastIndex { $0 & 0xc0 != 0x80 } ?? 0
      return String(decoding: bytes[..<end], as: UTF8.self) + "…"
    }
  }

  public enum Delivery: Hashable, Sendable {
    case delivered
    /// Nobody is there, or does not take it.
    case undelivered
  }

  /// How often ``Message/watchdog`` has to be sent at least; half of it is a good habit. `nil`: nobody waits for it.
  public let watchdogInterval: Duration?
  private let socketPath: String

  /// Reads what the service manager has put into the environment, which is left as it is.
  ///
  /// - Parameters:
  ///   - environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` count.
  ///   - process: the number of this process; a watchdog for another one is none of ours.
  /// - Returns: `nil` where no manager wants to know, or at an address that is neither a path nor `@NAME`.
  public init?(environment: [String: String] = Self.environment(), process: Int32 = getpid()) {
    guard let path = environment["NOTIFY_SOCKET"], path.utf8.count > 1, path.utf8.count <= Self.pathLimit,
      path.hasPrefix("/") || path.hasPrefix("@"), !path.utf8.contains(0)
    else { return nil }
    socketPath = path
    watchdogInterval = Self.watchdogInterval(environment, process)
  }

  /// The variables of the protocol, as this process has them.
  public static func environment() -> [String: String] {
    var values: [String: String] = [:]
    for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] {
      if let value = unsafe getenv(name) { values[name] = unsafe String(cString: value) }
    }
    return values
  }

  @discardableResult
  public func send(_ message: Message) -> Delivery {
    let text = message.lines.map { $0 + "\n" }.joined()
    let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return .undelivered }
    defer { close(number) }
    SocketOption.set(number, SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: 1, tv_usec: 0))
    return deliver(Array(text.utf8), by: number) ? .delivered : .undelivered
  }

  /// Bytes of `sun_path`, with one left for the zero that ends paths.
  private static let pathLimit = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  private static func watchdogInterval(_ environment: [String: String], _ process: Int32) -> Duration? {
    guard let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 else { return nil }
    if let owner = environment["WATCHDOG_PID"], Int32(owner) != process { return nil }
    return .microseconds(microseconds)
  }

  private func deliver(_ datagram: [UInt8], by number: Int32) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // A name without a file starts with a zero, and all of the address's length counts (unix(7)).
    let isAbstract = socketPath.hasPrefix("@")
    let name = isAbstract ? [0] + Array(socketPath.utf8.dropFirst()) : Array(socketPath.utf8) + [0]
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    for _ in 0..<3 {
      let sent = unsafe withUnsafePointer(to: &address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          unsafe datagram.withUnsafeBytes {
            unsafe sendto(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL), address, length)
          }
        }
      }
      if sent == datagram.count { return true }
      guard sent < 0, errno == EINTR else { return false }
    }
    return false
  }
}

extension Duration {
  /// Whole microseconds.
  fileprivate var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}

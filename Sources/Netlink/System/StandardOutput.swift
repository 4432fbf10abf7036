import Glibc

/// The standard output stream of the process, without a buffer: for what has to be seen at once.
public enum StandardOutput {
  /// Why something was not written, in the system's words.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Whether nobody reads any more.
    public var isBrokenPipe: Bool
    public var description: String
  }

  /// Writes the text whole. Where nobody reads any more, SIGPIPE ends the program unless that is ignored.
  public static func write(_ text: String) throws(Failure) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var watched = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&watched, 1, -1)
        continue
      }
      guard count > 0 else {
        let reason = count < 0 ? errno : ENOSPC
        throw Failure(isBrokenPipe: reason == EPIPE, description: SystemText.of(reason))
      }
      rest = rest.dropFirst(count)
    }
  }

  public static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}

import Glibc

/// The standard output stream of the process, without a buffer: for what has to be seen at once.
public enum StandardOutput {
  /// Writes the text whole.
  ///
  /// - Returns: whether it went out; where nobody listens any more, SIGPIPE ends the program unless that is ignored.
  @discardableResult
  public static func write(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var watched = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&watched, 1, -1)
        continue
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  public static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}

import Glibc

/// The standard error stream of the process.
public enum StandardError {
  /// Writes the text whole, unless nobody listens any more.
  public static func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Whether the journal reads it: `JOURNAL_STREAM` then has its device and inode (systemd.exec(5)).
  public static var isJournal: Bool {
    var information = stat()
    guard let stream = unsafe getenv("JOURNAL_STREAM"), unsafe fstat(STDERR_FILENO, &information) == 0 else {
      return false
    }
    return unsafe String(cString: stream) == "\(information.st_dev):\(information.st_ino)"
  }
}

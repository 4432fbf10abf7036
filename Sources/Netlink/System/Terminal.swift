import CMnl
import Glibc

/// The terminal that standard input and output are, taken for a screen of its own until it is closed (termios(3)).
///
/// Keys come one by one and are not shown. Ctrl-C, Ctrl-Z and other signals are events while it is open; what was on the screen,
/// and the terminal's settings, come back when it is closed or the program is suspended.
public final class Terminal {
  public enum Event: Hashable, Sendable {
    case key(TerminalKey)
    /// The window has another size, or the program goes on after it was suspended: draw again.
    case redraw
    /// A signal asks the program to end.
    case ended(Int32)
    case timeout
  }

  /// In characters.
  public struct Size: Hashable, Sendable {
    public var rows: Int
    public var columns: Int

    public init(rows: Int, columns: Int) {
      self.rows = rows
      self.columns = columns
    }
  }

  /// Why the terminal cannot be used, in the system's words.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
  }

  private let former: termios
  private let signals: SignalQueue
  private var received: ArraySlice<UInt8> = []
  private var isOpen = false

  /// Whether standard input and output are a terminal that can move its cursor.
  public static var isPresent: Bool {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, let kind = unsafe getenv("TERM") else { return false }
    return unsafe !["", "dumb"].contains(String(cString: kind))
  }

  public init() throws(Failure) {
    var former = termios()
    guard unsafe tcgetattr(STDIN_FILENO, &former) == 0 else { throw Failure(NetlinkFailure.last) }
    self.former = former
    do throws(NetlinkFailure) {
      signals = try SignalQueue([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH])
    } catch { throw Failure(error) }
    do throws(Failure) { try open() } catch {
      signals.close()
      throw error
    }
  }

  deinit { close() }

  /// Gives the terminal back.
  public func close() {
    leave()
    signals.close()
  }

  /// Without the size the kernel says, or with a useless one, that of a VT100.
  public var size: Size {
    var window = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_row > 0, window.ws_col > 0 else {
      return Size(rows: 24, columns: 80)
    }
    return Size(rows: Int(window.ws_row), columns: Int(window.ws_col))
  }

  /// Shows lines from the top; what was there before goes. The caller sees to it that none is wider than the window.
  ///
  /// Each line is cleared before it is written: after its last column the cursor still stands on it.
  public func show(_ lines: [String]) {
    let rows = size.rows
    let all = lines.prefix(rows) + Array(repeating: "", count: max(0, rows - lines.count))
    try? StandardOutput.write("\u{1b}[H" + all.map { "\u{1b}[K" + $0 }.joined(separator: "\r\n"))
  }

  /// Waits for something to happen.
  public func next(until deadline: ContinuousClock.Instant) -> Event {
    while true {
      if let key = TerminalKey.take(from: &received) { return .key(key) }
      if let event = signals.next().flatMap(event) { return event }
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return .timeout }
      var watched = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals.descriptor.number, events: Int16(POLLIN), revents: 0),
      ]
      guard unsafe poll(&watched, nfds_t(watched.count), left.pollMilliseconds) > 0 else { continue }
      if watched[0].revents != 0, !receive() { return .ended(SIGHUP) }
    }
  }

  /// Takes what was typed; false once the terminal has gone.
  private func receive() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 256)
    let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR || errno == EAGAIN { return true }
    received += chunk.prefix(max(0, count))
    return count > 0
  }

  private func event(of signal: Int32) -> Event? {
    switch signal {
    case SIGWINCH: return .redraw
    case SIGTSTP:
      leave()
      signals.release(signal)
      return resumed
    case SIGCONT: return resumed
    default: return .ended(signal)
    }
  }

  private var resumed: Event {
    do throws(Failure) { try open() } catch { return .ended(SIGHUP) }
    return .redraw
  }

  /// Also where it is open already: a shell may have changed its settings meanwhile.
  private func open() throws(Failure) {
    var settings = former
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    unsafe withUnsafeMutableBytes(of: &settings.c_cc) { characters in
      unsafe characters[Int(VMIN)] = 1
      unsafe characters[Int(VTIME)] = 0
    }
    guard unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &settings) == 0 else { throw Failure(NetlinkFailure.last) }
    isOpen = true
    // The alternate screen, cleared, without a cursor (xterm's control sequences).
    try? StandardOutput.write("\u{1b}[?1049h\u{1b}[?25l\u{1b}[2J")
  }

  private func leave() {
    guard isOpen else { return }
    isOpen = false
    try? StandardOutput.write("\u{1b}[?25h\u{1b}[?1049l")
    var former = former
    _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &former)
  }
}

extension Terminal.Failure {
  fileprivate init(_ failure: NetlinkFailure) { description = failure.text ?? SystemText.of(failure.errno) }
}

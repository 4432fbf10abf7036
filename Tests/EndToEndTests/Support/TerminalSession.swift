import CLinux
import Glibc

/// A program on a terminal of its own (pty(7)), as its session's leader; killed where nobody waits for its end.
final class TerminalSession {
  private let arguments: [String]
  private let process: pid_t
  private let terminal: FileDescriptor
  private var rows: UInt16
  private var bytes: [UInt8] = []
  private var isReaped = false

  init(
    _ arguments: [String], in namespace: NetworkNamespace? = nil, rows: UInt16 = 24, columns: UInt16 = 80,
    environment: [String] = ["TERM=xterm"]
  ) throws {
    self.arguments = arguments
    self.rows = rows
    var ends: (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 64)
    try unsafe checked("openpty", openpty(&ends.0, &ends.1, &name, nil, nil))
    terminal = try FileDescriptor("openpty", ends.0)
    close(ends.1)
    try checked("fcntl", fcntl(terminal.number, F_SETFD, FD_CLOEXEC))
    let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try Self.resize(terminal.number, rows: rows, columns: columns)
    func spawned() throws -> pid_t { try Self.spawn(arguments, on: path, environment) }
    process = try namespace?.enter(spawned) ?? spawned()
  }

  deinit {
    guard !isReaped else { return }
    kill(process, SIGKILL)
    _ = waitpid(process, nil, 0)
  }

  /// The first file that a session's leader opens becomes its controlling terminal.
  private static func spawn(_ arguments: [String], on path: String, _ more: [String]) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK))
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    let search =
      unsafe getenv("PATH").map { unsafe "PATH=" + String(cString: $0) } ?? "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
    let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    let variables = unsafe ([search] + more).map { unsafe strdup($0) } + [nil]
    defer {
      for index in unsafe words.indices { unsafe free(words[index]) }
      for index in unsafe variables.indices { unsafe free(variables[index]) }
    }
    var process: pid_t = 0
    errno = unsafe posix_spawnp(&process, arguments[0], &actions, &attributes, words, variables)
    guard errno == 0 else { throw SystemError(arguments[0]) }
    return process
  }

  /// All that was written, escape sequences included.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The lines of the last screen that was drawn down to the last row, without escape sequences. A drawing starts when the cursor
  /// goes home.
  var screen: [String] {
    let plain = String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    let drawn = plain.split(separator: "\u{1b}[H", omittingEmptySubsequences: false).dropFirst()
      .map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    return drawn.last { $0.count == Int(rows) }?.map(Self.plain) ?? []
  }

  private static func plain(_ line: Substring) -> String {
    var plain = ""
    var isInSequence = false
    for scalar in line.unicodeScalars {
      if scalar == "\u{1b}" {
        isInSequence = true
      } else if isInSequence {
        isInSequence = !scalar.properties.isAlphabetic
      } else {
        plain.unicodeScalars.append(scalar)
      }
    }
    return plain
  }

  var settings: TerminalSettings {
    get throws {
      var settings = termios()
      try unsafe checked("tcgetattr", tcgetattr(terminal.number, &settings))
      return TerminalSettings(input: settings.c_iflag, output: settings.c_oflag, local: settings.c_lflag)
    }
  }

  func type(_ text: String) throws {
    try terminal.write(Array(text.utf8))
  }

  func signal(_ number: Int32) throws {
    try checked("kill", kill(process, number))
  }

  func resize(rows: UInt16, columns: UInt16) throws {
    self.rows = rows
    try Self.resize(terminal.number, rows: rows, columns: columns)
  }

  private static func resize(_ number: Int32, rows: UInt16, columns: UInt16) throws {
    var window = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    try unsafe checked("resize", ioctl(number, UInt(TIOCSWINSZ), &window))
  }

  /// Reads what the program writes until the condition holds.
  func wait(for what: String, until condition: () throws -> Bool) throws {
    let deadline = Deadline.after(.seconds(60))
    while try !condition() {
      guard try receive(until: deadline) else {
        throw SupportError(
          "waited in vain for \(what); the terminal shows \(screen), all of it being \(text.debugDescription)")
      }
    }
  }

  /// Whether something came; nothing does once the program has ended, or the time is up.
  private func receive(until deadline: Deadline) throws -> Bool {
    var watched = pollfd(fd: terminal.number, events: Int16(POLLIN), revents: 0)
    var ready: Int32
    repeat { ready = unsafe poll(&watched, 1, deadline.milliseconds) } while ready < 0 && errno == EINTR
    guard ready > 0 else { return false }
    var block = [UInt8](repeating: 0, count: 65536)
    let count = unsafe read(terminal.number, &block, block.count)
    // EIO: nobody has the terminal open any more.
    guard count > 0 else { return false }
    bytes += block[..<count]
    return true
  }

  /// Waits for its end.
  /// - Returns: the exit status, or the negative number of the signal that ended it.
  func finish() throws -> Int32 {
    let deadline = Deadline.after(.seconds(60))
    while try receive(until: deadline) {}
    if deadline.hasPassed { kill(process, SIGKILL) }
    var status: Int32 = 0
    unsafe try checked("waitpid", waitpid(process, &status, 0))
    isReaped = true
    guard !deadline.hasPassed else { throw SupportError("\(arguments) did not end; it wrote \(text.debugDescription)") }
    return status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
  }
}

/// How a terminal treats what goes through it (termios(3)).
struct TerminalSettings: Hashable {
  var input: tcflag_t
  var output: tcflag_t
  var local: tcflag_t

  /// Whether it hands over lines, and shows what is typed.
  var isCooked: Bool { local & tcflag_t(ICANON) != 0 && local & tcflag_t(ECHO) != 0 }
}

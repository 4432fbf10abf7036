import Glibc

/// Reads what the user names, but never more than is of use.
public enum InputFile {
  /// Why a file cannot be read, in the system's words.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
  }

  /// What may be read.
  public enum Kind: Hashable, Sendable {
    /// Also what a pipe or a device gives, however long that takes.
    case any
    /// Only what is whole already: opening or reading a pipe could wait for ever.
    case regular
  }

  /// What was read, and who else could have written it.
  public struct Content: Sendable {
    public var bytes: [UInt8]
    /// `nil`: nobody, or it is no regular file.
    public var writers: ForeignWriters?
  }

  /// The first bytes of a file, or of standard input.
  ///
  /// - Parameters:
  ///   - path: `-` stands for standard input.
  ///   - limit: bytes to read at most.
  public static func read(_ path: String, limit: Int, _ kind: Kind = .any) throws(Failure) -> [UInt8] {
    try content(of: path, limit: limit, kind, users: []).bytes
  }

  /// The same, with those who can write the file that was opened.
  ///
  /// - Parameter users: who else than root may.
  public static func content(
    of path: String, limit: Int, _ kind: Kind = .any, users: Set<UInt32>
  ) throws(Failure) -> Content {
    let flags = O_RDONLY | O_CLOEXEC | (kind == .regular ? O_NONBLOCK | O_NOCTTY : 0)
    let number = path == "-" ? STDIN_FILENO : unsafe Glibc.open(path, flags)
    guard number >= 0 else { throw .last }
    defer { if path != "-" { _ = Glibc.close(number) } }
    var information = stat()
    guard unsafe fstat(number, &information) == 0 else { throw .last }
    let isRegular = information.st_mode & S_IFMT == S_IFREG
    guard isRegular || kind == .any else { throw Failure(description: "it is no regular file") }
    let isJudged = isRegular && path != "-"
    let bytes = try bytes(of: number, limit: limit)
    return Content(bytes: bytes, writers: isJudged ? ForeignWriters(information, users: users) : nil)
  }

  private static func bytes(of number: Int32, limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      let wanted = min(chunk.count, limit - bytes.count)
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, wanted) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .last }
      if count == 0 { break }
      bytes += chunk.prefix(count)
    }
    return bytes
  }
}

extension InputFile.Failure {
  fileprivate static var last: InputFile.Failure {
    guard let text = unsafe strerror(errno) else { return .init(description: "error \(errno)") }
    return unsafe .init(description: String(cString: text))
  }
}

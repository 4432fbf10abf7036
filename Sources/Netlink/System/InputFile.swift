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

  /// The first bytes of a file, or of standard input.
  ///
  /// - Parameters:
  ///   - path: `-` stands for standard input.
  ///   - limit: bytes to read at most.
  public static func read(_ path: String, limit: Int, _ kind: Kind = .any) throws(Failure) -> [UInt8] {
    let flags = O_RDONLY | O_CLOEXEC | (kind == .regular ? O_NONBLOCK | O_NOCTTY : 0)
    let number = path == "-" ? STDIN_FILENO : unsafe Glibc.open(path, flags)
    guard number >= 0 else { throw .last }
    defer { if path != "-" { _ = Glibc.close(number) } }
    if kind == .regular { try checkKind(of: number) }
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

  private static func checkKind(of number: Int32) throws(Failure) {
    var information = stat()
    guard unsafe fstat(number, &information) == 0 else { throw .last }
    guard information.st_mode & S_IFMT == S_IFREG else { throw Failure(description: "it is no regular file") }
  }
}

extension InputFile.Failure {
  fileprivate static var last: InputFile.Failure {
    guard let text = unsafe strerror(errno) else { return .init(description: "error \(errno)") }
    return unsafe .init(description: String(cString: text))
  }
}

import Glibc

/// Reads what the user names, but never more than is of use.
public enum InputFile {
  /// Why a file cannot be read, in the system's words.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
  }

  /// The first bytes of a file, or of standard input.
  ///
  /// - Parameters:
  ///   - path: `-` stands for standard input.
  ///   - limit: bytes to read at most.
  public static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    let number = path == "-" ? STDIN_FILENO : unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw .last }
    defer { if path != "-" { _ = Glibc.close(number) } }
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

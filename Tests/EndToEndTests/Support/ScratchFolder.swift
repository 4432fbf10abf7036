import Glibc
import Testing

/// A folder of files that goes with its value.
final class ScratchFolder {
  let path: String

  init() throws {
    var template = Array("/run/mirrorctl-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    #expect(throws: Never.self) { try Command(["rm", "-rf", path]).succeed() }
  }

  /// Writes a file whole, as careful programs do: another one takes its place at once.
  func put(_ text: String, as name: String) throws {
    let new = "\(path)/.\(name).new"
    let file = try FileDescriptor("open \(new)", unsafe open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644))
    try file.write(Array(text.utf8))
    try checked("rename", unsafe rename(new, "\(path)/\(name)"))
  }

  func remove(_ name: String) throws {
    try checked("unlink", unsafe unlink("\(path)/\(name)"))
  }
}

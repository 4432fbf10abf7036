import CLinux
import Glibc

/// `SOCK_CLOEXEC`: no program that the tests start inherits the socket.
let closedOnExec = O_CLOEXEC

/// An open file that is closed with the value that owns it.
struct FileDescriptor: ~Copyable {
  let number: Int32

  /// Takes over what a system call returned.
  /// - Throws: ``SystemError`` where that is an error.
  init(_ call: String, _ result: Int32) throws {
    number = try checked(call, result)
  }

  deinit { close(number) }

  /// Everything from the file's beginning to its present end.
  func contents() -> [UInt8] {
    var all: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe pread(number, &block, block.count, all.count)
      guard count > 0 else { return all }
      all += block[..<count]
    }
  }

  func write(_ bytes: [UInt8]) throws {
    guard unsafe Glibc.write(number, bytes, bytes.count) == bytes.count else { throw SystemError("write") }
  }
}

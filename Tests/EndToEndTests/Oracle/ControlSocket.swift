import CLinux
import Glibc

/// The control socket of an Open vSwitch daemon, as ovs-appctl(8) speaks to it: JSON-RPC 1.0, one request a connection.
struct ControlSocket {
  let path: String

  /// Has the daemon carry out a command, and waits until it has.
  @discardableResult
  func call(_ method: String, _ parameters: [String] = []) throws -> String {
    let socket = try FileDescriptor("socket", Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closedOnExec, 0))
    try connect(socket.number)
    let list = parameters.map { "\"\($0)\"" }.joined(separator: ",")
    try socket.write(Array(#"{"id":0,"method":"\#(method)","params":[\#(list)]}"#.utf8))
    let answer = try answer(from: socket.number)
    guard let text = answer.text("result") else { throw SupportError("\(method): \(answer)") }
    return text
  }

  private func connect(_ socket: Int32) throws {
    var address = sockaddr_un()
    address.sun_family = UInt16(AF_UNIX)
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { space in
      guard path.utf8.count < space.count else { return false }
      unsafe space.copyBytes(from: path.utf8)
      return true
    }
    guard fits else { throw SupportError("the path \(path) is too long for a socket") }
    try unsafe withUnsafePointer(to: &address) { pointer in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = try checked(
          "connect \(path)", unsafe Glibc.connect(socket, pointer, UInt32(MemoryLayout<sockaddr_un>.size)))
      }
    }
  }

  private func answer(from socket: Int32) throws -> JSONValue {
    let deadline = Deadline.after(.seconds(60))
    var text: [UInt8] = []
    while true {
      var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      let ready = try unsafe checked("poll", poll(&watched, 1, deadline.milliseconds))
      guard ready > 0 else { throw SupportError("no answer from \(path)") }
      var part = [UInt8](repeating: 0, count: 4096)
      let count = unsafe read(socket, &part, part.count)
      guard count > 0 else { throw SupportError("\(path) was closed") }
      text += part[..<count]
      if let answer = try? JSONValue(text: String(decoding: text, as: UTF8.self)) { return answer }
    }
  }
}

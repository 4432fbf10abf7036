import CMnl
import Glibc
import Testing

@testable import Netlink

/// Programs behind Unix sockets that are not there, or say nothing.
@Suite struct LocalServiceTests {
  private func problem(at path: String) -> LocalService.Failure? {
    do throws(LocalService.Failure) {
      try LocalService.ask(path, request: [1], patience: 1, limit: 10) { _ in true }
      return nil
    } catch { return error }
  }

  /// A socket in a new directory that takes connections but never looks at them.
  private func listener(backlog: Int32) throws -> (path: String, socket: Int32) {
    var template = Array("/tmp/mirrorctl-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw NetlinkFailure.last }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/s"
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let bound = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0, backlog == 0 || listen(number, backlog) == 0 else { throw NetlinkFailure.last }
    return (path, number)
  }

  @Test func nobodyThere() throws {
    let failure = try #require(problem(at: "/nonexistent/db.sock"))
    #expect(failure.cause == .absent)
    #expect(failure.path == "/nonexistent/db.sock")
  }

  @Test func nobodyListens() throws {
    let (path, socket) = try listener(backlog: 0)
    defer { close(socket) }
    #expect(try #require(problem(at: path)).cause == .absent)
  }

  @Test func silenceEnds() throws {
    let (path, socket) = try listener(backlog: 1)
    defer { close(socket) }
    let failure = try #require(problem(at: path))
    #expect(failure.cause == .other)
    #expect(failure.text.contains("did not answer in time"))
  }

  @Test func aPathCanBeTooLong() throws {
    let failure = try #require(problem(at: "/" + String(repeating: "x", count: 200)))
    #expect(failure.text.contains("107 bytes"))
  }
}

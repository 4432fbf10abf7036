import CMnl
import Glibc
import TrafficControl

@testable import Netlink

/// A network namespace that exists as long as a body of test code runs.
enum ScratchNamespace {
  /// Whether the process may make network namespaces.
  static let isPossible = geteuid() == 0

  /// Runs the body on the calling thread in an empty namespace and comes back.
  static func run(_ body: () throws -> Void) throws {
    let home = try FileDescriptor.open("/proc/thread-self/ns/net")
    defer { home.close() }
    guard unshare(CLONE_NEWNET) == 0 else { throw NetlinkFailure.last }
    let result = Result {
      try shell("ip link set lo up")
      try body()
    }
    try home.enterNetworkNamespace()
    try result.get()
  }
}

/// What a command line has failed with.
struct CommandFailure: Error { var command: String, status: Int32 }

/// Runs a shell command in the calling thread's network namespace and returns what it prints.
@discardableResult
func shell(_ command: String) throws -> String {
  guard let stream = unsafe popen("exec 2>&1; " + command, "r") else { throw NetlinkFailure.last }
  var output: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, stream) }
    if count == 0 { break }
    output += chunk.prefix(count)
  }
  let status = unsafe pclose(stream)
  let text = String(decoding: output, as: UTF8.self)
  guard status == 0 else { throw CommandFailure(command: "\(command): \(text)", status: status) }
  return text
}

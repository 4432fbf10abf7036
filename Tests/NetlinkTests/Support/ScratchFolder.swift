import Glibc
import Testing

@testable import Netlink

/// A folder that exists as long as a body of test code runs.
enum ScratchFolder {
  static func run<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/mirrorctl-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw NetlinkFailure.last }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { #expect(throws: Never.self) { try shell("rm -rf \(path)") } }
    return try body(path)
  }
}

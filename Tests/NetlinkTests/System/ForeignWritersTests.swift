import Glibc
import Testing

@testable import Netlink

@Suite("Who can write a file")
struct ForeignWritersTests {
  private func writers(_ path: String, users: Set<UInt32> = []) throws -> ForeignWriters? {
    try InputFile.content(of: path, limit: 10, users: users).writers
  }

  @Test("Root and the users that may, nobody else: owner, group and everybody count")
  func files() throws {
    try ScratchFolder.run { folder in
      let file = folder + "/file"
      try shell("echo text >\(file)")
      for (mode, expected) in [
        (0o600, nil), (0o644, nil), (0o755, nil), (0o664, .group(mode: 0o664)), (0o602, .everybody(mode: 0o602)),
        (0o666, .everybody(mode: 0o666)),
      ] as [(UInt32, ForeignWriters?)] {
        #expect(unsafe chmod(file, mode) == 0)
        #expect(try writers(file) == expected, "\(String(mode, radix: 8))")
      }
      #expect(unsafe chmod(file, 0o644) == 0)
      #expect(unsafe chown(file, 4711, 0) == 0)
      #expect(try writers(file) == .owner(4711))
      #expect(try writers(file, users: [4711]) == nil)
    }
  }

  @Test("A link is judged by what it leads to; a pipe and standard input are not judged")
  func links() throws {
    try ScratchFolder.run { folder in
      try shell("cd \(folder); echo text >file; chmod 666 file; ln -s file link")
      #expect(try writers(folder + "/link") == .everybody(mode: 0o666))
      #expect(try writers("/dev/null") == nil)
    }
  }

  @Test("A directory is judged whether or not it is sticky: whoever can write it can add a file")
  func directories() throws {
    try ScratchFolder.run { folder in
      #expect(ForeignWriters(ofDirectory: folder, users: []) == nil)
      #expect(unsafe chmod(folder, 0o1777) == 0)
      #expect(ForeignWriters(ofDirectory: folder, users: []) == .everybody(mode: 0o1777))
      #expect(ForeignWriters(ofDirectory: folder + "/nothing", users: []) == nil)
    }
  }

  @Test("What is told names the path, the mode or the owner, and the remedy")
  func words() {
    #expect(ForeignWriters.everybody(mode: 0o666).finding("/a").contains("/a: everybody can write it (mode 0666)"))
    #expect(ForeignWriters.group(mode: 0o664).finding("/a").hasSuffix("chmod go-w"))
    #expect(ForeignWriters.owner(7).finding("/a").contains("the user 7"))
  }
}

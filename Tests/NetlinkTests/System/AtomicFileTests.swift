import CMnl
import Glibc
import Testing
import TrafficControl

@testable import Netlink

/// A file is the old one or the new one.
@Suite struct AtomicFileTests {
  @Test(arguments: [AtomicFile.Durability.untilPowerFailure, .lasting])
  func writtenWhole(_ durability: AtomicFile.Durability) throws {
    try ScratchFolder.run { folder in
      let path = folder + "/metrics"
      for content in ["one\n", String(repeating: "x", count: 300_000), ""] {
        try AtomicFile.write(Array(content.utf8), to: path, mode: 0o666, durability: durability)
        #expect(try InputFile.read(path, limit: 1 << 20) == Array(content.utf8))
      }
      #expect(try shell("stat -c %a \(path); ls -A \(folder)") == "666\nmetrics\n")
    }
  }

  @Test func aSlashEndsAFolderWhateverFollowsIt() throws {
    #expect(AtomicFile.folder(of: "/run/\u{301}x") == "/run")
    #expect(AtomicFile.folder(of: "/\u{301}x") == "/")
    try ScratchFolder.run { folder in
      try AtomicFile.write([7], to: folder + "/\u{301}x")
      #expect(try shell("cd \(folder); find . -type f | cat -v") == "./M-LM-^Ax\n")
    }
  }

  @Test func readersOfTheOldFileKeepIt() throws {
    try ScratchFolder.run { folder in
      let path = folder + "/metrics"
      try AtomicFile.write(Array("old".utf8), to: path)
      let reader = try FileDescriptor.open(path)
      defer { reader.close() }
      try AtomicFile.write(Array("new".utf8), to: path)
      #expect(try reader.text() == "old")
    }
  }

  @Test func aLinkIsReplaced() throws {
    try ScratchFolder.run { folder in
      try shell("echo kept >\(folder)/target; ln -s target \(folder)/link")
      try AtomicFile.write([65], to: folder + "/link")
      #expect(try shell("cat \(folder)/target \(folder)/link") == "kept\nA")
    }
  }

  @Test(arguments: [("directory", "directory"), ("missing/x", "No such file"), ("", "directory")])
  func failuresLeaveNothing(_ name: String, _ words: String) throws {
    try ScratchFolder.run { folder in
      try shell("mkdir \(folder)/directory")
      let path = "\(folder)/\(name)"
      let failure = #expect(throws: KernelError.self) { try AtomicFile.write([1], to: path) }
      #expect(failure?.request == "write \(path)")
      #expect(failure?.text.contains(words) ?? false, "\(failure?.text ?? "")")
      #expect(try shell("ls -A \(folder)") == "directory\n")
    }
  }

  @Test func longNames() throws {
    try ScratchFolder.run { folder in
      let name = String(repeating: "n", count: 255)
      try AtomicFile.write([65], to: folder + "/" + name)
      #expect(try shell("ls -A \(folder)") == name + "\n")
    }
  }

  /// Writes more than fits over a file; the old one stays, alone.
  private static func overfill(_ folder: String, _ errno: Int32) throws -> Bool {
    let path = folder + "/metrics"
    try AtomicFile.write(Array("old\n".utf8), to: path)
    do throws(KernelError) {
      try AtomicFile.write([UInt8](repeating: 120, count: 1 << 20), to: path)
      return false
    } catch {
      return error.errno == errno && error.text == SystemText.of(errno)
        && (try? shell("cat \(path); ls -A \(folder)")) == "old\nmetrics\n"
    }
  }

  @Test("A write that ends in the middle, in a process of its own: the limit is the whole process's")
  func aFileThatMayNotGrow() async {
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 65_536, rlim_max: 65_536)
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let isRight = try ScratchFolder.run { try Self.overfill($0, EFBIG) }
      exit(isRight ? 0 : 1)
    }
  }

  @Test(
    "A full file system, mounted in a process of its own",
    .enabled(if: ScratchNamespace.isPossible, "mounting needs root")) func aFullFileSystem() async
  {
    await #expect(processExitsWith: .success) {
      guard unshare(0x0002_0000) == 0 else { exit(2) }
      let isRight = try ScratchFolder.run { folder in
        try shell("mount --make-rprivate / && mount -t tmpfs -o size=64k none \(folder)")
        defer { #expect(throws: Never.self) { try shell("umount \(folder)") } }
        return try Self.overfill(folder, ENOSPC)
      }
      exit(isRight ? 0 : 1)
    }
  }
}

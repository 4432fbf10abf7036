import Glibc
import Testing

@testable import Netlink

/// Which changes of files wake a service, and that no change of the way to them is missed.
@Suite struct DirectoryEventTests {
  /// Runs the body with a folder in which `d` is watched; what is done there first is no news.
  private func lab(
    _ preparation: String, path: String = "d", _ body: (String, DirectoryEvents) throws -> Void
  ) throws {
    try ScratchFolder.run { folder in
      try shell("cd \(folder); \(preparation)")
      let events = try DirectoryEvents("\(folder)/\(path)")
      #expect(try events.takePending() == .unchanged)
      try body(folder, events)
    }
  }

  @Test(arguments: [
    ("echo x >d/a", Occasions.Files.some(["a"])), ("echo x >>d/old", .some(["old"])), ("rm d/old", .some(["old"])),
    ("mv new d/old", .some(["old"])), ("mv d/old elsewhere", .some(["old"])), ("mv d/old d/b", .some(["old", "b"])),
    ("ln -s /nowhere d/l", .some(["l"])), ("ln new d/h", .some(["h"])),
    ("ln -s /nowhere d/.t; mv -T d/.t d/l", .some([".t", "l"])), ("mkdir d/sub; rmdir d/sub", .unchanged),
    ("cat d/old; ls d; touch new; echo x >other", .unchanged), ("chmod 600 d/old", .unchanged),
    ("rm -r d", .all), ("mv d e", .all), ("mv d e; mv other-d d", .all), ("rmdir other-d; mv d e; ln -s e d", .all),
    ("mkdir x; mv d x/d", .all),
  ]) func files(_ command: String, _ expected: Occasions.Files) throws {
    try lab("mkdir d other-d; echo x >d/old; echo x >new") { folder, events in
      try shell("cd \(folder); \(command)")
      #expect(try events.takePending() == expected)
      #expect(try events.takePending() == .unchanged, "a burst is one occasion")
    }
  }

  @Test func aDirectoryMayBeginWithACombiningCharacter() throws {
    try lab("mkdir e; mkdir e/\u{301}d", path: "e/\u{301}d") { folder, events in
      try shell("cd \(folder); echo x >e/\u{301}d/a")
      #expect(try events.takePending() == .some(["a"]))
      try shell("cd \(folder); mv e f")
      #expect(try events.takePending() == .all)
    }
  }

  @Test func aFileThatIsBeingWrittenIsNoNews() throws {
    try lab("mkdir d") { folder, events in
      let file = FileDescriptor(number: unsafe open("\(folder)/d/a", O_CREAT | O_WRONLY | O_CLOEXEC, 0o644))
      try file.write(Array("version: ".utf8))
      #expect(try events.takePending() == .unchanged)
      try file.write(Array("1\n".utf8))
      #expect(try events.takePending() == .unchanged)
      file.close()
      #expect(try events.takePending() == .some(["a"]))
    }
  }

  @Test func aFileThatIsPutAsideIsNoNewsWhileItIsBeingWrittenAnew() throws {
    try lab("mkdir d; echo x >d/a") { folder, events in
      try shell("cd \(folder)/d; mv a a~")
      let file = FileDescriptor(number: unsafe open("\(folder)/d/a", O_CREAT | O_WRONLY | O_CLOEXEC, 0o644))
      #expect(try events.takePending() == .some(["a~"]))
      file.close()
      #expect(try events.takePending() == .some(["a"]))
    }
  }

  /// After what has happened to the way, the directory that is there now is watched, and only that.
  private func expectWatched(_ events: DirectoryEvents, _ folder: String, sourceLocation: SourceLocation) throws {
    try shell("echo x >\(folder)/fresh")
    #expect(try events.takePending() == .some(["fresh"]), sourceLocation: sourceLocation)
  }

  @Test func aDirectoryComesGoesAndComesBack() throws {
    try lab("true", path: "x/y/d") { folder, events in
      for _ in 0..<3 {
        try shell("mkdir \(folder)/x; mkdir \(folder)/unrelated; rmdir \(folder)/unrelated")
        #expect(try events.takePending() == .unchanged)
        try shell("mkdir -p \(folder)/x/y/d")
        #expect(try events.takePending() == .all)
        try expectWatched(events, "\(folder)/x/y/d", sourceLocation: #_sourceLocation)
        try shell("rm -r \(folder)/x")
        #expect(try events.takePending() == .all)
      }
    }
  }

  @Test func aReplacedDirectoryIsFollowed() throws {
    try lab("mkdir d next") { folder, events in
      try shell("cd \(folder); mv d gone; mv next d")
      #expect(try events.takePending() == .all)
      try expectWatched(events, "\(folder)/d", sourceLocation: #_sourceLocation)
      try shell("echo x >\(folder)/gone/a")
      #expect(try events.takePending() == .unchanged)
    }
  }

  @Test func aLinkIsFollowedAndSoIsItsChange() throws {
    try lab("mkdir -p v1 v2 links; ln -s ../v1 links/current; ln -s links/current d") { folder, events in
      try expectWatched(events, "\(folder)/v1", sourceLocation: #_sourceLocation)
      try shell("cd \(folder)/links; ln -s ../v2 new; mv -T new current")
      #expect(try events.takePending() == .all)
      try expectWatched(events, "\(folder)/v2", sourceLocation: #_sourceLocation)
      try shell("echo x >\(folder)/v1/a")
      #expect(try events.takePending() == .unchanged)
      try shell("rm \(folder)/links/current")
      #expect(try events.takePending() == .all)
      try shell("ln -s ../v1 \(folder)/links/current")
      #expect(try events.takePending() == .all)
      try expectWatched(events, "\(folder)/v1", sourceLocation: #_sourceLocation)
    }
  }

  @Test func aMovedAncestorIsNoticed() throws {
    try lab("mkdir -p a/b/d other/b/d", path: "a/b/d") { folder, events in
      try shell("cd \(folder); mv a c; mv other a")
      #expect(try events.takePending() == .all)
      try expectWatched(events, "\(folder)/a/b/d", sourceLocation: #_sourceLocation)
      try shell("echo x >\(folder)/c/b/d/a")
      #expect(try events.takePending() == .unchanged)
    }
  }

  @Test(arguments: ["ln -s d d", "ln -s e d; ln -s d e", "echo x >d", "ln -s . d; rm d; ln -s /proc/self/nothing d"])
  func whatIsNoDirectoryBecomesOne(_ preparation: String) throws {
    try lab(preparation) { folder, events in
      try shell("rm \(folder)/d; mkdir \(folder)/d")
      #expect(try events.takePending() == .all)
      try expectWatched(events, "\(folder)/d", sourceLocation: #_sourceLocation)
    }
  }

  @Test(arguments: ["d/", "./d", "other/../d", "here/d"]) func thePathMayBeWrittenInOtherWays(_ path: String) throws {
    try lab("mkdir d other; ln -s . here", path: path) { folder, events in
      try expectWatched(events, "\(folder)/d", sourceLocation: #_sourceLocation)
    }
  }

  @Test func manyNamesAreAll() throws {
    try lab("mkdir d") { folder, events in
      try shell("cd \(folder)/d; for i in $(seq 1001); do : >$i; done")
      #expect(try events.takePending() == .all)
    }
  }

  @Test func lostEventsAreAll() throws {
    try lab("mkdir d; : >d/a; : >d/b") { folder, events in
      let limit = try #require(Int(shell("printf %s $(cat /proc/sys/fs/inotify/max_queued_events)")))
      for number in 0...limit {
        // Two events in a row that are the same are told once.
        FileDescriptor(number: unsafe open("\(folder)/d/\(number % 2 == 0 ? "a" : "b")", O_WRONLY | O_CREAT, 0o644))
          .close()
      }
      #expect(try events.takePending() == .all)
      try expectWatched(events, "\(folder)/d", sourceLocation: #_sourceLocation)
    }
  }
}

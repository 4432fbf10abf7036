import Glibc
import Testing
import TrafficControl

@testable import Netlink

/// One service for each network namespace, and everybody can find out which.
@Suite struct ServiceLockTests {
  private func lockFile(_ locks: String) throws -> String {
    "\(locks)/\(try NetworkNamespace.identity()).service"
  }

  @Test func theServiceIsKnownAsLongAsItRuns() throws {
    try ScratchFolder.run { locks in
      #expect(try ServiceLock.holder(locks: locks + "/none") == nil)
      #expect(try ServiceLock.holder(locks: locks) == nil)
      do {
        let lock = try ServiceLock(keeping: "/etc/two\nlines", locks: locks)
        let holder = ServiceLock.Holder(process: getpid(), directory: "/etc/two\nlines")
        #expect(try ServiceLock.holder(locks: locks) == holder)
        let failure = #expect(throws: KernelError.self) { _ = try ServiceLock(keeping: "/etc/b", locks: locks) }
        #expect(failure?.cause == .inTheWay)
        #expect(failure?.text.contains("process \(getpid()) with /etc/two") ?? false)
        #expect(try ServiceLock.holder(locks: locks) == holder, "the refused one has changed nothing")
        _ = consume lock
      }
      #expect(try ServiceLock.holder(locks: locks) == nil)
      _ = try ServiceLock(keeping: "/etc/b", locks: locks)
    }
  }

  @Test func aFileThatWasLeftBehindIsNobody() throws {
    try ScratchFolder.run { locks in
      let file = try lockFile(locks)
      let script =
        "exec 9<>\(file); flock -x 9; sleep 300 >/dev/null 2>&1 & process=$!; "
        + "printf '%s\\n/etc/a-much-longer-directory\\n' $process >&9; echo $process"
      let process = try #require(Int32(shell(script).dropLast()))
      let holder = ServiceLock.Holder(process: process, directory: "/etc/a-much-longer-directory")
      #expect(try ServiceLock.holder(locks: locks) == holder)
      kill(process, SIGKILL)
      let lock = try ServiceLock(keeping: "/etc/b", locks: locks)
      #expect(try shell("cat \(file)") == "\(getpid())\n/etc/b\n")
      _ = consume lock
      try shell("printf '1\\n/etc/c\\n' >\(file)")
      #expect(try ServiceLock.holder(locks: locks) == nil)
    }
  }

  @Test func whoeverOnlyAsksIsNoService() throws {
    try ScratchFolder.run { locks in
      let file = try lockFile(locks)
      let process = try #require(
        Int32(shell("exec 9<>\(file); flock -s 9; sleep 300 >/dev/null 2>&1 & echo $!").dropLast()))
      #expect(try ServiceLock.holder(locks: locks) == nil)
      kill(process, SIGKILL)
      _ = try ServiceLock(keeping: "/etc/b", locks: locks)
    }
  }

  @Test(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
  func eachNamespaceHasItsOwn() throws {
    try ScratchFolder.run { locks in
      let lock = try ServiceLock(keeping: "/etc/a", locks: locks)
      try ScratchNamespace.run {
        #expect(try ServiceLock.holder(locks: locks) == nil)
        _ = try ServiceLock(keeping: "/etc/b", locks: locks)
      }
      _ = consume lock
    }
  }

  @Test(arguments: ["", "1", "1\n", "1\n\n", "x\n/etc\n", "-1\n/etc\n", "1\n/etc"]) func textsThatAreNotWhole(
    _ text: String
  ) {
    #expect(ServiceLock.Holder(text: text) == nil)
  }

  @Test("Nothing is left of locks that were given back, and who had opened such a file has locked nothing")
  func filesGo() throws {
    try ScratchFolder.run { locks in
      do {
        let service = try ServiceLock(keeping: "/etc/a", locks: locks)
        let lock = try ApplyLock(patience: 0, directory: locks)
        let late = try LockFile.open("lock", in: locks).file
        defer { late.close() }
        #expect(try shell("ls \(locks) | wc -l") == "2\n")
        _ = consume lock
        _ = consume service
        #expect(try shell("ls \(locks)") == "")
        let next = try ApplyLock(patience: 0, directory: locks)
        #expect(try late.tryLock(LOCK_EX))
        let second = try ApplyLock.ifFree(directory: locks) != nil
        #expect(!second)
        _ = consume next
      }
      #expect(try shell("ls \(locks)") == "")
    }
  }

  @Test("Where a lock is given back and taken by another between opening and locking its file, the other has it")
  func takenMeanwhile() throws {
    try ScratchFolder.run { locks in
      let first = try #require(try LockFile.lock("lock", in: locks))
      var second: LockFile?
      let third = try LockFile.lock("lock", in: locks) {
        guard second == nil else { return }
        first.release()
        second = try? LockFile.lock("lock", in: locks)
      }
      #expect(third == nil)
      try #require(second).release()
      try #require(try LockFile.lock("lock", in: locks)).release()
    }
  }

  @Test func theLockOfChangesIsTriedOnce() throws {
    try ScratchFolder.run { locks in
      do {
        let lock = try ApplyLock(patience: 0, directory: locks)
        var tries = 0
        let isFree =
          try ApplyLock.ifFree(directory: locks) {
            tries += 1
            return false
          } != nil
        #expect(!isFree)
        #expect(tries == 1)
        _ = consume lock
      }
      let isFree = try ApplyLock.ifFree(directory: locks) != nil
      #expect(isFree)
    }
  }
}

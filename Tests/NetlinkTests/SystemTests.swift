import Glibc
import Testing
import TrafficControl

@testable import Netlink

/// Locks, capabilities, signals and namespaces.
@Suite(.serialized) struct SystemTests {
  private func directory() throws -> String {
    let path = "/tmp/mirrorctl-test-\(getpid())-\(UInt32.random(in: .min ... .max))"
    guard unsafe mkdir(path, 0o755) == 0 else { throw NetlinkFailure.last }
    return path
  }

  @Test func theLockIsHeldOnce() throws {
    let directory = try directory()
    do {
      let lock = try ApplyLock(patience: 0, directory: directory)
      let failure = #expect(throws: KernelError.self) { _ = try ApplyLock(patience: 0, directory: directory) }
      #expect(failure?.cause == .inTheWay)
      let interrupted = #expect(throws: KernelError.self) {
        _ = try ApplyLock(patience: 9, directory: directory) { true }
      }
      #expect(interrupted?.cause == .interrupted)
      _ = consume lock
    }
    _ = try ApplyLock(patience: 0, directory: directory)
  }

  @Test func aDirectoryThatOthersCanWriteToIsRefused() throws {
    let directory = try directory()
    unsafe chmod(directory, 0o777)
    let failure = #expect(throws: KernelError.self) { _ = try ApplyLock(patience: 0, directory: directory) }
    #expect(failure?.cause == .notPermitted)
  }

  @Test func aLinkIsRefused() throws {
    let directory = try directory()
    unsafe symlink("/etc", directory + "/link")
    #expect(throws: KernelError.self) { _ = try ApplyLock(patience: 0, directory: directory + "/link") }
  }

  @Test func capabilities() {
    #expect(Capability.effectiveSet(in: "Name:\tx\nCapEff:\t0000000000001000\n") == 0x1000)
    #expect(Capability.effectiveSet(in: "CapEff:\tzz\n") == nil)
    #expect(Capability.effectiveSet(in: "") == nil)
    if geteuid() == 0 { #expect(Capability.hasNetAdmin()) }
  }

  @Test func signalsAreNoted() {
    Interrupts.install()
    #expect(!Interrupts.isPending)
    // To this thread, which may hold it back: then it comes as soon as the thread does not.
    var mask = sigset_t()
    var former = sigset_t()
    unsafe sigaddset(&mask, SIGTERM)
    pthread_kill(pthread_self(), SIGTERM)
    unsafe pthread_sigmask(SIG_UNBLOCK, &mask, &former)
    unsafe pthread_sigmask(SIG_SETMASK, &former, nil)
    #expect(Interrupts.isPending)
    #expect(Interrupts.signal == SIGTERM)
    Interrupts.install()
    #expect(!Interrupts.isPending)
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }

  @Test(arguments: ["no-such-namespace", "", "..", "a/b"]) func missingNamespaces(_ name: String) {
    let failure = #expect(throws: KernelError.self) { _ = try LinuxKernel(namespace: name) }
    #expect(failure?.cause == .notFound)
    #expect(failure?.text.contains(name) ?? false)
  }

  @Test(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
  func aNamedNamespaceIsEntered() throws {
    let name = "mct-test-\(getpid())"
    try shell("ip netns add \(name)")
    defer { #expect(throws: Never.self) { try shell("ip netns del \(name)") } }
    try ScratchNamespace.run {
      let kernel = try LinuxKernel(namespace: name)
      try shell("ip link add inside0 type veth peer name inside1")
      let inside = try kernel.snapshot().interfaces.keys.filter { $0.hasPrefix("inside") }
      #expect(inside.sorted() == ["inside0", "inside1"])
    }
  }

  @Test(.enabled(if: ScratchNamespace.isPossible)) func filterOffloadIsWhatEthtoolSays() throws {
    try ScratchNamespace.run {
      let socket = try NetlinkSocket()
      #expect(!socket.offloadsFilters("lo"))
      let bit = try socket.featureBit("hw-tc-offload", "lo")
      #expect(bit != nil && socket.knownFilterOffloadBit == bit)
      // No interface here has it, so the other features have to show that each is looked for in its place.
      var states: Set<Bool> = []
      for line in try shell("ethtool -k lo").split(separator: "\n").dropFirst() {
        let words = line.split { $0 == ":" || $0.isWhitespace }.map(String.init)
        guard let bit = try socket.featureBit(words[0], "lo") else { continue }
        #expect(try socket.isActive(feature: bit, of: "lo") == (words[1] == "on"), "\(line)")
        states.insert(words[1] == "on")
      }
      #expect(states.count == 2)
      #expect(!socket.offloadsFilters("absent"), "what is gone has none")
    }
  }
}

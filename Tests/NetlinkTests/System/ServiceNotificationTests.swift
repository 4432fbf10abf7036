import CMnl
import Glibc
import Testing

@testable import Netlink

/// What a service manager is told.
@Suite struct ServiceNotificationTests {
  /// Listens at an address of unix(7) as a service manager does, and returns what came when the body has ended.
  private func hear(at name: [UInt8], _ body: () -> Void) throws -> [String] {
    let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw NetlinkFailure.last }
    defer { close(number) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let bound = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(number, $0, socklen_t(2 + name.count))
      }
    }
    guard bound == 0 else { throw NetlinkFailure.last }
    body()
    var messages: [String] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe recv(number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_TRUNC))
      }
      guard count >= 0 else { return messages }
      // systemd ignores what is longer than its buffer.
      if count <= buffer.count { messages.append(String(decoding: buffer.prefix(count), as: UTF8.self)) }
    }
  }

  @Test func everyMessageAtAPath() throws {
    try ScratchFolder.run { folder in
      let path = folder + "/notify"
      let service = try #require(ServiceNotification(environment: ["NOTIFY_SOCKET": path]))
      let heard = try hear(at: Array(path.utf8)) {
        #expect(service.send(.ready) == .delivered)
        #expect(service.send(.status("two\nlines\u{7}")) == .delivered)
        #expect(service.send(.reloading(since: .microseconds(1_234_567) + .nanoseconds(999))) == .delivered)
        #expect(service.send(.watchdog) == .delivered)
        #expect(service.send(.stopping) == .delivered)
      }
      #expect(
        heard == [
          "READY=1\n", "STATUS=two lines \n", "RELOADING=1\nMONOTONIC_USEC=1234567\n", "WATCHDOG=1\n", "STOPPING=1\n",
        ])
    }
  }

  @Test func aLongStatusIsCutRatherThanIgnored() throws {
    try ScratchFolder.run { folder in
      let path = folder + "/notify"
      let service = try #require(ServiceNotification(environment: ["NOTIFY_SOCKET": path]))
      let heard = try hear(at: Array(path.utf8)) {
        for length in [1000, 1001, 100_000] { service.send(.status(String(repeating: "é", count: length))) }
        service.send(.status("x" + String(repeating: "é", count: 1000)))
      }
      let long = String(repeating: "é", count: 1000)
      #expect(
        heard == [
          "STATUS=\(long)\n", "STATUS=\(long)…\n", "STATUS=\(long)…\n", "STATUS=x\(long.dropLast())…\n",
        ])
    }
  }

  @Test func anAbstractAddress() throws {
    let name = "mirrorctl-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let service = try #require(ServiceNotification(environment: ["NOTIFY_SOCKET": "@" + name]))
    let heard = try hear(at: [0] + Array(name.utf8)) { #expect(service.send(.ready) == .delivered) }
    #expect(heard == ["READY=1\n"])
  }

  @Test func nobodyIsThere() throws {
    for path in ["/nonexistent/notify", "@mirrorctl-nobody-\(getpid())", "/" + String(repeating: "x", count: 106)] {
      let service = try #require(ServiceNotification(environment: ["NOTIFY_SOCKET": path]))
      #expect(service.send(.ready) == .undelivered)
    }
  }

  @Test func aManagerThatDoesNotReadIsNotWaitedForLong() throws {
    let name = "mirrorctl-full-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let service = try #require(ServiceNotification(environment: ["NOTIFY_SOCKET": "@" + name]))
    _ = try hear(at: [0] + Array(name.utf8)) {
      for _ in 0..<100_000 where service.send(.watchdog) == .undelivered { return }
      Issue.record("the queue has no end")
    }
  }

  @Test(arguments: ["", "@", "/", "notify", "vsock:2:1234", "/" + String(repeating: "x", count: 107)])
  func noAddress(_ path: String) {
    #expect(ServiceNotification(environment: ["NOTIFY_SOCKET": path]) == nil)
    #expect(ServiceNotification(environment: [:]) == nil)
  }

  @Test(arguments: [
    ([:], nil), (["WATCHDOG_USEC": "30000000"], Duration.seconds(30)), (["WATCHDOG_USEC": "0"], nil),
    (["WATCHDOG_USEC": "-1"], nil), (["WATCHDOG_USEC": "1s"], nil),
    (["WATCHDOG_USEC": "5", "WATCHDOG_PID": "77"], .microseconds(5)),
    (["WATCHDOG_USEC": "5", "WATCHDOG_PID": "78"], nil), (["WATCHDOG_USEC": "5", "WATCHDOG_PID": "x"], nil),
    (["WATCHDOG_PID": "77"], nil),
  ]) func watchdog(_ variables: [String: String], _ interval: Duration?) throws {
    let environment = variables.merging(["NOTIFY_SOCKET": "/run/notify"]) { $1 }
    let service = try #require(ServiceNotification(environment: environment, process: 77))
    #expect(service.watchdogInterval == interval)
  }

  @Test func theEnvironmentIsRead() {
    unsafe setenv("WATCHDOG_USEC", "12", 1)
    #expect(ServiceNotification.environment()["WATCHDOG_USEC"] == "12")
    unsafe unsetenv("WATCHDOG_USEC")
    #expect(ServiceNotification.environment()["WATCHDOG_USEC"] == nil)
  }
}

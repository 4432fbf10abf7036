import Glibc
import Testing
import TrafficControl

@testable import Netlink

/// What is at many hooks, read by two threads.
///
/// Most of the hooks are empty, and the filters elsewhere are those of another tool, without programs.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct FilterReadingTests {
  private static let pairs = FilterReading.threshold / 4 + 5

  /// Runs the body with as many hooks as it takes, some of them at qdiscs of ours.
  private func lab(_ body: (LinuxKernel, FilterReading) throws -> Void) throws {
    try ScratchNamespace.run {
      let names = (0..<Self.pairs).flatMap { ["p\($0)a", "p\($0)b"] }
      let links = (0..<Self.pairs).map { "link add p\($0)a type veth peer name p\($0)b" }
      try batch("ip", links)
      let kernel = try LinuxKernel()
      guard try kernel.features(among: [.clsact, .u32]).count == 2 else { try Test.cancel("this kernel lacks cls_u32") }
      let ours = names.filter { $0.hasSuffix("a") && !$0.hasSuffix("7a") }
      #expect(kernel.perform(ours.map { .add(.qdisc(device: $0)) }) { false }.failure == nil)
      try batch("tc", Set(names).subtracting(ours).sorted().map { "qdisc add dev \($0) clsact" })
      try batch(
        "tc",
        names.enumerated().filter { $0.offset % 3 == 0 }.map { number, name in
          "filter add dev \(name) \(number % 2 == 0 ? "ingress" : "egress") pref \(1 + number) u32 match u32 0 0"
        })
      let found = try kernel.socket.list(QdiscRequest.dump(), "tc qdisc show", QdiscRecord.init)
      let qdiscs = found.filter { $0.kind == "clsact" }.map { ($0.interface, Interface.ClassifierQdisc.clsact) }
      #expect(qdiscs.count == names.count)
      try body(kernel, FilterReading(Dictionary(uniqueKeysWithValues: qdiscs)))
    }
  }

  private func batch(_ tool: String, _ lines: [String]) throws {
    try shell("\(tool) -batch - <<'END'\n\(lines.joined(separator: "\n"))\nEND")
  }

  /// What was read, in a form that can be compared.
  private func picture(_ contents: HookContents) -> [String] {
    let marks = contents.marked.map { "marked \($0)" }
    let hooks = contents.filters.map { hooked in
      "\(hooked.interface) \(hooked.hook): \(hooked.records.map { ($0.preference, $0.handle, $0.kind) })"
    }
    return (marks + hooks).sorted()
  }

  @Test func twoThreadsReadWhatOneReads() throws {
    try lab { kernel, reading in
      #expect(reading.isLarge)
      let whole = picture(try reading.onOneThread(kernel.socket))
      #expect(whole.count { $0.hasPrefix("marked") } > Self.pairs / 2)
      #expect(whole.count { $0.contains("u32") } > Self.pairs / 2)
      let first = kernel.socket.takeSequence()
      let halves = picture(try reading.inHalves(kernel.socket))
      let asked = Int(kernel.socket.takeSequence() - first - 1)
      #expect(halves == whole)
      #expect(picture(try reading.contents(kernel.socket)) == whole)
      #expect(asked == 3 * Self.pairs, "a mark and two hooks of each of half of the interfaces")
      #expect(try kernel.snapshot().foreignFilters.count == (2 * Self.pairs + 2) / 3)
    }
  }

  @Test func withoutASecondSocketOneReadsAll() throws {
    try lab { kernel, reading in
      let whole = picture(try reading.onOneThread(kernel.socket))
      let alone = try reading.inHalves(kernel.socket) { () throws(NetlinkFailure) in throw NetlinkFailure(errno: EMFILE)
      }
      #expect(picture(alone) == whole)
    }
  }

  @Test func aFailureOfTheSecondIsOneOfTheLook() throws {
    try lab { kernel, reading in
      #expect(throws: KernelError(NetlinkFailure(errno: ENOTSOCK), request: "tc chain get")) {
        try reading.inHalves(kernel.socket) { () throws(NetlinkFailure) in
          let socket = try NetlinkSocket()
          let file = try FileDescriptor.open("/dev/null")
          defer { file.close() }
          guard dup2(file.number, socket.descriptor) >= 0 else { throw .last }
          return socket
        }
      }
    }
  }

  @Test func fewHooksAreNotShared() {
    let half = UInt32(FilterReading.threshold / 2)
    #expect(FilterReading([:]).isLarge == false)
    #expect(FilterReading(Dictionary(uniqueKeysWithValues: (1..<half).map { ($0, .clsact) })).isLarge == false)
    #expect(FilterReading(Dictionary(uniqueKeysWithValues: (1...half).map { ($0, .clsact) })).isLarge)
    #expect(FilterReading(Dictionary(uniqueKeysWithValues: (1...half).map { ($0, .ingress) })).isLarge == false)
  }
}

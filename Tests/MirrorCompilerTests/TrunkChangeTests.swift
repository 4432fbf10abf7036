import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

/// S35: what happens to copies while the trunks of an RSPAN VLAN come and go, step by step.
@Suite("Trunks come and go")
struct TrunkChangeTests {
  private static let vlan: UInt16 = 111
  private static let sources = ["tap1", "trunk5"]

  private enum Tagging: CaseIterable { case tagged, untagged }

  /// A mirror of sources and of a VLAN that is sent to some ports.
  private struct Setup {
    var trunks: [String: Tagging]
    /// What is said of the output and the mirror besides.
    var words = "}"

    var profile: Profile {
      get throws {
        let output = "output_vlan: {id: \(vlan), ports: [\(trunks.keys.sorted().joined(separator: ", "))]"
        return try ProfileText.profile("{name: m, bridge: br0, select_src_port: [tap1, trunk5], \(output)\(words)}")
      }
    }

    /// The VLANs, from the outermost on, of the copy that a port gets of a frame in VLAN 10; `nil` where it gets none.
    func copy(to port: String, from source: String) -> [UInt16]? {
      guard let tagging = trunks[port], port != source || words.contains("reflect") else { return nil }
      return (tagging == .tagged ? [vlan] : []) + (words.contains("keep_inner") ? [10] : [])
    }

    func setVLANs(in host: inout HostSnapshot) {
      for (trunk, tagging) in trunks {
        switch tagging {
        case .tagged: Hosts.setVLANs(trunk, tagged: [10, vlan], in: &host)
        case .untagged: Hosts.setVLANs(trunk, pvid: vlan, untagged: [vlan], in: &host)
        }
      }
    }
  }

  /// The VLANs of what each port gets of a frame in VLAN 10 that enters by a source.
  private func copies(_ kernel: FakeKernel, from source: String) -> [String: [[UInt16]]] {
    var frame = Frame.ethernet()
    frame.push(Frame.Tag(10))
    let copies = FilterSimulator(kernel).copies(of: frame, at: HookPoint(source, .ingress))
    return Dictionary(grouping: copies, by: \.device).mapValues { $0.map { vlans(of: $0.frame) } }
  }

  private func vlans(of frame: Frame) -> [UInt16] {
    var (vlans, frame) = ([UInt16](), frame)
    while let tag = frame.outerTag {
      vlans.append(tag.vlan)
      frame.pop()
    }
    return vlans
  }

  /// Takes each step of a change by itself.
  ///
  /// - Returns: what was wrong after one of them.
  private func faults(from old: Setup, to new: Setup) throws -> [String] {
    let ports = Set(old.trunks.keys).union(new.trunks.keys).union(Self.sources)
    var host = Hosts.bridge(ports.sorted(), awareness: .aware)
    for source in Self.sources { Hosts.setVLANs(source, tagged: [10], in: &host) }
    new.setVLANs(in: &host)
    old.setVLANs(in: &host)
    let start = try Convergence([try old.profile], on: host)
    new.setVLANs(in: &start.kernel.host)
    let steps = try start.rest([try new.profile]).steps
    var faults: [String] = []
    for (number, step) in steps.enumerated() {
      #expect(start.kernel.perform([step]) { false }.failure == nil)
      for source in Self.sources {
        let copies = copies(start.kernel, from: source)
        for port in ports {
          let (before, after) = (old.copy(to: port, from: source), new.copy(to: port, from: source))
          guard number == steps.count - 1 || before != nil && after != nil else { continue }
          let got = copies[port] ?? []
          let isRight =
            number == steps.count - 1 ? got == (after.map { [$0] } ?? []) : got == [before] || got == [after]
          if !isRight { faults.append("\(port) gets \(got) from \(source) after \(number), \(step.summary)") }
        }
      }
    }
    faults += try start.rest([try new.profile]).steps.map { "left to do: \($0.summary)" }
    return faults + start.held.filters.values.filter { $0.actions.count > 32 }.map { "too much: \($0)" }
  }

  /// Some ports, at least one; trunk5, which is a source, never untagged: what it receives would be in the VLAN.
  private static func some(using generator: inout SeededGenerator) -> [String: Tagging] {
    var some: [String: Tagging] = [:]
    for port in (1...7).map({ "trunk\($0)" }) where Bool.random(using: &generator) {
      some[port] = port == "trunk5" ? .tagged : Tagging.allCases.randomElement(using: &generator)
    }
    return some.isEmpty ? ["trunk5": .tagged] : some
  }

  private static let words = [
    "}", "}, normalize: true", "}, snaplen: 1000", ", reflect: true}", ", keep_inner: true}", "}, view: switch",
    ", keep_inner: true}, normalize: true",
  ]

  @Test("S35: those that stay get every copy once, whichever come and go, also those that become tagged or untagged")
  func changes() {
    let run = FuzzRun("trunk changes", rounds: 70)
    let failures = run.failures { generator in
      let words = Self.words.randomElement(using: &generator) ?? ""
      return try faults(
        from: Setup(trunks: Self.some(using: &generator), words: words),
        to: Setup(trunks: Self.some(using: &generator), words: words)
      ).first
    }
    #expect(failures == [])
  }

  @Test("S35: the same where something else changes as well")
  func words() {
    let run = FuzzRun("trunk and other changes", rounds: 70)
    let failures = run.failures { generator in
      try faults(
        from: Setup(
          trunks: Self.some(using: &generator), words: Self.words.randomElement(using: &generator) ?? ""),
        to: Setup(trunks: Self.some(using: &generator), words: Self.words.randomElement(using: &generator) ?? "")
      ).first
    }
    #expect(failures == [])
  }

  @Test("S35: where one filter cannot hold all, any of 70 comes and goes", arguments: [28, 29, 30, 59])
  func many(count: Int) {
    let ports = (100..<170).map { "t\($0)" }
    let run = FuzzRun("\(count) trunks", rounds: 3)
    let failures = run.failures { generator in
      let shuffled = ports.shuffled(using: &generator)
      func setup(_ ports: some Sequence<String>) -> Setup {
        Setup(trunks: Dictionary(uniqueKeysWithValues: ports.map { ($0, .tagged) }))
      }
      let (old, new) = (setup(shuffled.prefix(count)), setup(shuffled.prefix(count).dropFirst(3) + shuffled.suffix(2)))
      return try faults(from: old, to: new).first ?? faults(from: new, to: old).first
    }
    #expect(failures == [])
  }
}

import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

/// The filters that send copies into a VLAN, and what becomes of what they have sent.
@Suite("Sending to trunks")
struct CarrierFilterTests {
  private static let counts = [1, 29, 30, 59]

  private func host(_ trunks: [String]) -> HostSnapshot { Hosts.bridge(["tap1"] + trunks) }

  private func trunks(_ count: Int) -> [String] { (0..<count).map { "t\($0)" } }

  private func profile(_ trunks: [String], _ words: String) throws -> Profile {
    try ProfileText.profile(
      "{name: m, bridge: br0, select_src_port: tap1, "
        + "output_vlan: {id: 111, ports: [\(trunks.joined(separator: ", "))]}\(words)}")
  }

  /// The filters that send, in their order, and whatever comes after them.
  private func sending(_ state: KernelState) -> ArraySlice<Filter> {
    let filters = state.filters.values.filter { filter in
      state.devices.values.contains { ($0.peer ?? $0.name) == filter.key.point.device }
    }
    return filters.sorted { $0.key < $1.key }.drop { !$0.actions.contains { $0.kind == .mirred } }
  }

  @Test(
    "The filter in the middle and the last end the way of what has been sent, the ones before go on", arguments: counts,
    ["", ", normalize: true"])
  func end(count: Int, words: String) throws {
    let trunks = trunks(count)
    let state = try Convergence([try profile(trunks, words)], on: host(trunks)).held
    let controls = sending(state).map { $0.actions.last.flatMap { state.actions[$0]?.control } }
    #expect(controls == [Control?](repeating: .continue, count: (count - 1) / 29) + [.trap, .trap])
  }

  /// What former versions made: all filters that send go on, and on a hop a drop comes last.
  private func makeFormer(_ state: inout KernelState) throws {
    let last = try #require(sending(state).last)
    let end = try #require(last.actions.last.flatMap { state.actions[$0] })
    var next = end
    next.key.index -= Role.end - Role.next
    next.control = .continue
    state.actions[end.key] = nil
    state.insert(next)
    state.filters[last.key]?.actions[last.actions.count - 1] = next.key
    for (key, filter) in state.filters where filter.key.handle == Filter.dropHandle {
      state.filters[key]?.classifier = .bpf(BPFProgram([.init(0x06, 0, 0, 0xffff_ffff)], result: .verdict))
    }
    guard last.key.point.hook == .ingress else { return }
    let key = FilterKey(last.key.point, preference: last.key.preference + 1, handle: Filter.dropHandle)
    state.insert(Filter(key: key, classifier: .bpf(.drop), actions: []))
  }

  @Test("S35: what a former version made changes over in place", arguments: counts, ["", ", normalize: true"])
  func upgrade(count: Int, words: String) throws {
    let trunks = trunks(count)
    let profile = try profile(trunks, words)
    let start = try Convergence([profile], on: host(trunks))
    let goal = start.held
    try makeFormer(&start.kernel.host.own)
    let steps = try start.rest([profile]).steps
    #expect(steps.count >= 3)
    for step in steps {
      #expect(start.kernel.perform([step]) { false }.failure == nil)
      let copies = FilterSimulator(start.kernel).copies(of: .ethernet(), at: HookPoint("tap1", .ingress))
      #expect(copies.map(\.device).sorted() == trunks.sorted(), "after \(step.summary)")
    }
    #expect(start.held == goal)
  }
}

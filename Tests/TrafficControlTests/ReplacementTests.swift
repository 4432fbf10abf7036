import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("Planner: one filter in place of another")
struct ReplacementTests {
  private let point = HookPoint("p0", .ingress)
  private let copy = Action(
    index: 0x5000_0010, cookie: Cookie(.object(.counterWithHeader, owner: 1)),
    operation: .mirred(Mirred(.mirror, to: "p3")), control: .continue)
  private let other = Action(
    index: 0x5000_0001, cookie: Cookie(.object(.step, owner: 1)), operation: .gact, control: .continue)
  private let odd = BPFProgram([.init(0x06, 0, 0, 0)])

  private func state(_ filters: Filter...) -> KernelState {
    var state = KernelState()
    state.insert(copy)
    state.insert(other)
    state.qdiscs = ["p0"]
    for filter in filters { state.insert(filter) }
    return state
  }

  private func filter(
    _ classifier: Classifier, _ action: Action? = nil, preference: UInt16 = 512, handle: UInt32 = 1,
    frameProtocol: EtherType = .all
  ) -> Filter {
    Filter(
      key: FilterKey(point, preference: preference, handle: handle), frameProtocol: frameProtocol,
      classifier: classifier, actions: [(action ?? copy).key])
  }

  private func plan(_ old: Filter..., to new: Filter...) -> [Step] {
    var (from, to) = (state(), state())
    for filter in old { from.insert(filter) }
    for filter in new { to.insert(filter) }
    return Plan.difference(from: from, to: to).steps
  }

  @Test("S35: classic BPF, u32 and flower with the same match are replaced in place")
  func inPlace() {
    let u32 = (filter(.u32MatchAll, handle: Filter.u32Handle), filter(.u32MatchAll, other, handle: Filter.u32Handle))
    let pairs = [
      (filter(.bpf(.matchAll)), filter(.bpf(odd))), u32,
      (filter(.flower(FlowerMatch(inputDevice: "p1"))), filter(.flower(FlowerMatch(inputDevice: "p1")), other)),
    ]
    for (old, new) in pairs {
      #expect(plan(old, to: new) == [.change(from: .filter(old), to: .filter(new))])
    }
  }

  @Test("S35: matchall, another kind, another match and another protocol make room for what comes in their place")
  func removedAndAdded() {
    let matchall = filter(.matchall)
    let flower = filter(.flower(FlowerMatch()))
    let pairs = [
      (matchall, filter(.matchall, other)), (matchall, filter(.bpf(.matchAll))),
      (flower, filter(.flower(FlowerMatch(inputDevice: "p1")))),
      (filter(.flower(FlowerMatch(inputDevice: "p1"))), filter(.flower(FlowerMatch(inputDevice: "p2")))),
      (filter(.bpf(.matchAll)), filter(.bpf(.matchAll), frameProtocol: .dot1Q)),
    ]
    for (old, new) in pairs { #expect(plan(old, to: new) == [.remove(.filter(old)), .add(.filter(new))]) }
  }

  @Test("S35: a filter that moves to another preference goes right before its successor comes")
  func moved() {
    let (old, new) = (filter(.matchall), filter(.bpf(.matchAll), preference: 513))
    let unrelated = filter(.bpf(odd), other, preference: 500)
    #expect(
      plan(old, unrelated, to: new)
        == [.remove(.filter(old)), .add(.filter(new)), .remove(.filter(unrelated))])
  }

  @Test("A mask that is to be tried earlier makes the later ones come after it again")
  func earlierMask() {
    let rest = filter(.flower(FlowerMatch()), handle: 1)
    let named = filter(.flower(FlowerMatch(inputDevice: "p1")), other, handle: 2)
    let elsewhere = filter(.flower(FlowerMatch()), preference: 600)
    #expect(
      plan(rest, elsewhere, to: rest, named, elsewhere)
        == [.remove(.filter(rest)), .add(.filter(named)), .add(.filter(rest))])
  }

  @Test("A mask that is there already, or comes later, moves nothing")
  func laterMask() {
    let named = filter(.flower(FlowerMatch(inputDevice: "p1")), other, handle: 1)
    let rest = filter(.flower(FlowerMatch()), handle: 2)
    let second = filter(.flower(FlowerMatch(inputDevice: "p2")), other, handle: 3)
    #expect(plan(named, to: named, rest) == [.add(.filter(rest))])
    #expect(plan(named, rest, to: named, rest, second) == [.add(.filter(second))])
  }

  @Test("S35: a shared action is re-pointed in place, and its filters stay")
  func sharedAction() {
    var moved = copy
    moved.operation = .mirred(Mirred(.mirror, to: "p2"))
    let old = state(filter(.matchall))
    var new = old
    new.insert(moved)
    #expect(Plan.difference(from: old, to: new).steps == [.change(from: .action(copy), to: .action(moved))])
  }
}

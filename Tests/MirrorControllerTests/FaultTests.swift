import MirrorController
import TestSupport
import Testing
import TrafficControl

@Suite("Faults of each request and each look")
struct FaultTests {
  struct Transition: Sendable, CustomStringConvertible {
    var description: String
    var before: [String: [String]]
    var after: [String: [String]]
  }

  static let transitions = [
    Transition(
      description: "installation", before: [:], after: ["a": [Lab.span, Lab.remote], "b": [Lab.tunnel]]),
    Transition(
      description: "change", before: ["a": [Lab.span], "b": [Lab.tunnel], "c": [KeptFiles.mirrors[3]]],
      after: [
        "a": [Lab.remote, "{name: span, bridge: br0, select_src_port: tap2, output_port: eth1}"], "b": [Lab.tunnel],
      ]),
    Transition(
      description: "change of programs", before: ["a": [Lab.span(.tcx)], "b": [Lab.tunnel]],
      after: [
        "a": ["{name: span, bridge: br0, select_src_port: [tap1, tap2], hook: tcx, output_port: tap3}"],
        "b": ["{name: far, select_src_port: tap1, hook: tcx, output_tunnel: {type: gretap, remote: 10.0.0.1}}"],
      ]),
    Transition(
      description: "other hooks",
      before: ["a": [Lab.span(.tcx)], "b": ["{name: near, select_src_port: tap1, output_port: eth1}"]],
      after: [
        "a": [Lab.span(.clsact)], "b": ["{name: near, select_src_port: tap1, hook: tcx, output_port: eth1}"],
      ]),
    Transition(description: "removal", before: ["a": [Lab.span, Lab.remote], "b": [Lab.tunnel]], after: ["b": []]),
  ]
  /// One of each way in which failures are answered.
  static let causes: [KernelError.Cause] = [.other, .inTheWay, .notPermitted, .interrupted]

  /// For which requests a failure of some cause is tried: all, or as many as tell whether anything is different.
  private func numbers(_ steps: [Step], _ cause: KernelError.Cause, oneIn: Int) -> [Int] {
    let position = Self.causes.firstIndex(of: cause) ?? 0
    let some = stride(from: position - 1, to: steps.count, by: oneIn)
    return position == 0 ? thinned(steps) : some.filter(thinned(steps).contains)
  }

  /// The numbers of the steps, but of many pages of records only some: one is like the other.
  private func thinned(_ steps: [Step]) -> [Int] {
    steps.indices.filter { !steps[$0].isAboutRecord || $0 % 4 == 0 }
  }

  private func files(_ shares: [String: [String]]) throws -> [KeptFile] {
    try shares.sorted { $0.key < $1.key }.map { try KeptFiles.file($0.key, $0.value) }
  }

  /// A lab before a transition, and the files after it.
  private func start(_ transition: Transition) throws -> (lab: Lab, files: [KeptFile]) {
    let lab = Lab()
    var holds = Holds()
    _ = lab.controller.reconcile(try files(transition.before), &holds, now: .zero)
    lab.kernel.log = []
    lab.kernel.failingRequests = []
    return (lab, try files(transition.after))
  }

  /// Where a transition ends if nothing fails, and by which steps.
  private func whole(_ transition: Transition) throws -> (picture: Lab.Picture, steps: [Step]) {
    let (lab, files) = try start(transition)
    var holds = Holds()
    let result = lab.controller.reconcile(files, &holds, now: .zero)
    #expect(result.isComplete(holds), "\(result.failure as Any) \(holds.all)")
    return (lab.picture, lab.kernel.log)
  }

  /// Makes a transition with a fault, then without, and checks what each comes to.
  private func check(
    _ transition: Transition, _ whole: (picture: Lab.Picture, steps: [Step]), _ name: String,
    fault: @escaping (Int, Step) -> KernelError.Cause?
  ) throws {
    let (lab, files) = try start(transition)
    lab.kernel.fault = fault
    var holds = Holds()
    let result = lab.controller.reconcile(files, &holds, now: .zero)
    #expect(lab.kernel.requestCount <= 20 * (whole.steps.count + 10), "\(name)")
    #expect(lab.picture.flaws == [], "\(name)")
    if !lab.picture.difference(from: whole.picture).isEmpty {
      #expect(result.failure != nil || !holds.all.isEmpty, "\(name): nothing is said")
    }
    if result.failure == nil { expectOthers(than: holds, in: lab, as: whole.picture, name) }
    lab.kernel.fault = { _, _ in nil }
    let later = lab.controller.reconcile(files, &holds, now: .seconds(3600))
    #expect(later.isComplete(holds), "\(name): \(later.failure as Any) \(holds.all)")
    #expect(lab.picture.difference(from: whole.picture) == [], "\(name)")
  }

  /// Mirrors that nothing is said about are as they are to be.
  private func expectOthers(than holds: Holds, in lab: Lab, as whole: Lab.Picture, _ name: String) {
    let owners = Set(holds.all.keys.map { "owner: \($0.fingerprint)" })
    let rest = lab.picture.difference(from: whole).filter { line in
      line.contains("object(") && !owners.contains { line.contains($0) }
    }
    #expect(rest == [], "\(name)")
  }

  @Test("Whichever request fails once, and for whatever cause", arguments: transitions, causes)
  func once(transition: Transition, cause: KernelError.Cause) throws {
    let whole = try whole(transition)
    #expect(whole.steps.count > 10)
    for number in numbers(whole.steps, cause, oneIn: 8) {
      try check(transition, whole, "request \(number)") { request, _ in request == number ? cause : nil }
    }
  }

  @Test("Whichever step is refused each time", arguments: transitions, causes.prefix(3))
  func always(transition: Transition, cause: KernelError.Cause) throws {
    let whole = try whole(transition)
    for step in numbers(whole.steps, cause, oneIn: 10).map({ whole.steps[$0] }) {
      try check(transition, whole, step.summary) { _, other in other == step ? cause : nil }
    }
  }

  @Test("From whichever request on nothing works any more, not even undoing", arguments: transitions)
  func forGood(transition: Transition) throws {
    let whole = try whole(transition)
    for number in stride(from: 0, to: whole.steps.count, by: 2) {
      try check(transition, whole, "from request \(number)") { request, _ in request >= number ? .other : nil }
    }
  }

  @Test(
    "Whichever filter the kernel takes without adding it, as old kernels do with what they do not know",
    arguments: transitions)
  func ignored(transition: Transition) throws {
    let whole = try whole(transition)
    for step in whole.steps.filter({ if case .add(.filter) = $0 { true } else { false } }) {
      let (lab, files) = try start(transition)
      lab.kernel.ignores = { $0 == step }
      var holds = Holds()
      let result = lab.controller.reconcile(files, &holds, now: .zero)
      if !lab.picture.difference(from: whole.picture).isEmpty {
        #expect(result.failure != nil || !holds.all.isEmpty, "\(step.summary): nothing is said")
      }
      lab.kernel.ignores = { _ in false }
      let later = lab.controller.reconcile(files, &holds, now: .seconds(3600))
      #expect(later.isComplete(holds), "\(step.summary): \(later.failure as Any) \(holds.all)")
      #expect(lab.picture.difference(from: whole.picture) == [], "\(step.summary)")
    }
  }

  @Test("Whatever question is not answered", arguments: transitions, FakeKernel.Question.allCases)
  func blindness(transition: Transition, question: FakeKernel.Question) throws {
    let whole = try whole(transition)
    for number in 0..<3 {
      let (lab, files) = try start(transition)
      let before = lab.picture
      var asked = -1
      lab.kernel.blindness = { other in
        guard other == question else { return nil }
        asked += 1
        return asked == number ? .passing : nil
      }
      var holds = Holds()
      let result = lab.controller.reconcile(files, &holds, now: .zero)
      if asked >= number {
        #expect(result.failure != nil)
        #expect(lab.picture == (number == 0 ? before : whole.picture))
      }
      lab.kernel.blindness = { _ in nil }
      let later = lab.controller.reconcile(files, &holds, now: .seconds(3600))
      #expect(later.isComplete(holds))
      #expect(lab.picture.difference(from: whole.picture) == [])
    }
  }

  @Test(
    "Killed after whichever step: the next start brings about all of it, and whatever else is wanted",
    arguments: transitions)
  func killed(transition: Transition) throws {
    let whole = try whole(transition)
    for count in thinned(whole.steps) {
      for isWanted in [true, false] {
        let (lab, files) = try start(transition)
        _ = lab.kernel.perform(Array(whole.steps.prefix(count))) { false }
        var holds = Holds()
        let result = lab.controller.reconcile(isWanted ? files : [], &holds, now: .zero)
        #expect(result.isComplete(holds), "after \(count) steps: \(result.damaged) \(result.failure as Any)")
        let end = isWanted ? whole.picture : Lab().picture
        #expect(lab.picture.difference(from: end) == [], "after \(count) steps")
      }
    }
  }

  @Test("Whatever answer never comes, the service looks again and goes on", arguments: transitions)
  func lostAnswers(transition: Transition) throws {
    let whole = try whole(transition)
    for (request, run) in thinned(whole.steps).flatMap({ request in [1, 10].map { (request, $0) } }) {
      let (lab, files) = try start(transition)
      lab.kernel.lostAnswers = request..<min(whole.steps.count, request + run)
      var holds = Holds()
      let result = lab.controller.reconcile(files, &holds, now: .zero)
      #expect(result.isComplete(holds), "\(run) requests from \(request) on: \(result.failure as Any) \(holds.all)")
      #expect(lab.picture.difference(from: whole.picture) == [], "\(run) requests from \(request) on")
    }
  }

  @Test("What cannot be removed keeps nothing else from being put right")
  func stubbornRemoval() throws {
    let (lab, _) = try start(Self.transitions[1])
    lab.kernel.fault = { _, step in if case .remove = step { .other } else { nil } }
    var holds = Holds()
    let result = lab.controller.reconcile(try files(["a": [Lab.span, Lab.remote]]), &holds, now: .zero)
    #expect(result.failure == nil, "\(result.failure as Any)")
    #expect(Set(holds.all.keys.map(\.description)) == ["b/far", "c/cut"])
    #expect(Set(lab.installed["a"] ?? []) == ["remote", "span"])
  }
}

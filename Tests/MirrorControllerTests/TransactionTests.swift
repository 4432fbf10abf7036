import MirrorController
import MirrorModel
import TestSupport
import Testing
import TrafficControl

@Suite("S34: a change is one transaction")
struct TransactionTests {
  /// Changes from nothing, from one profile to another, and back to nothing.
  static let transitions: [(name: String, before: [String], after: [String])] = [
    ("installation", [], [Lab.span, Lab.remote, Lab.tunnel]),
    (
      "change", [Lab.span, Lab.tunnel],
      [Lab.remote, "{name: span, bridge: br0, select_src_port: tap2, output_port: eth1}"]
    ),
    ("removal", [Lab.span, Lab.remote, Lab.tunnel], []),
    (
      "change of programs", [Lab.span(.tcx), Lab.tunnel],
      ["{name: span, select_src_port: [tap1, tap2], hook: tcx, output_port: eth1}"]
    ),
    ("other hooks", [Lab.span], [Lab.span(.tcx), Lab.tunnel]),
    ("back to filters", [Lab.span(.tcx), Lab.tunnel], [Lab.span(.clsact)]),
  ]

  private func profile(_ mirrors: [String]) throws -> Profile { try Lab.profile(mirrors: mirrors) }

  private func lab(_ mirrors: [String]) throws -> Lab {
    let lab = Lab()
    if !mirrors.isEmpty { _ = try lab.controller.apply(.apply([try profile(mirrors)])) }
    return lab
  }

  @Test("S34: applying again sends nothing", arguments: transitions.indices)
  func idempotence(number: Int) throws {
    let transition = Self.transitions[number]
    let lab = try lab(transition.before)
    let change = Change.apply([try profile(transition.after)])
    #expect(try !lab.controller.apply(change).plan.isEmpty)
    let sent = lab.kernel.log.count
    #expect(try lab.controller.apply(change).plan.isEmpty)
    #expect(try lab.controller.apply(.none).plan.isEmpty)
    #expect(lab.kernel.log.count == sent)
  }

  @Test("S34: a request that fails leaves the kernel as before, whichever it is", arguments: transitions.indices)
  func failure(number: Int) throws {
    let transition = Self.transitions[number]
    let count = try lab(transition.before).controller.propose(.apply([try profile(transition.after)])).plan.steps.count
    #expect(count > 5)
    for request in 0..<count {
      let lab = try lab(transition.before)
      let before = lab.picture
      lab.kernel.failingRequests = [request]
      do {
        _ = try lab.controller.apply(.apply([try profile(transition.after)]))
        Issue.record("request \(request) did not fail")
      } catch let error as ApplyError {
        guard case .kernel(let failure, _) = error else {
          Issue.record("request \(request): \(error)")
          continue
        }
        #expect(failure.text == "injected failure")
      }
      #expect(lab.picture == before, "request \(request)")
    }
  }

  @Test("S34: so do answers that never come, whatever they were about", arguments: transitions.indices)
  func lostAnswers(number: Int) throws {
    let transition = Self.transitions[number]
    let count = try lab(transition.before).controller.propose(.apply([try profile(transition.after)])).plan.steps.count
    for (request, run) in (0..<count).flatMap({ request in [1, 30].map { (request, $0) } }) {
      let lab = try lab(transition.before)
      let before = lab.picture
      lab.kernel.failingRequests = []
      lab.kernel.lostAnswers = request..<min(count, request + run)
      do {
        _ = try lab.controller.apply(.apply([try profile(transition.after)]))
        Issue.record("request \(request) did not fail")
      } catch let error as ApplyError {
        guard case .kernel(let failure, _) = error, failure.cause == .passing else {
          Issue.record("request \(request): \(error)")
          continue
        }
      }
      #expect(lab.picture == before, "\(run) requests from \(request) on")
    }
  }

  @Test("S34: so does an interruption", arguments: transitions.indices)
  func interruption(number: Int) throws {
    let transition = Self.transitions[number]
    let count = try lab(transition.before).controller.propose(.apply([try profile(transition.after)])).plan.steps.count
    for request in 0..<count {
      let lab = try lab(transition.before)
      let before = lab.picture
      lab.kernel.failingRequests = []
      do {
        _ = try lab.controller.apply(.apply([try profile(transition.after)])) { lab.kernel.requestCount >= request }
        Issue.record("was not interrupted before request \(request)")
      } catch let error as ApplyError {
        guard case .kernel(let failure, _) = error, failure.cause == .interrupted else {
          Issue.record("request \(request): \(error)")
          continue
        }
      }
      #expect(lab.picture == before, "request \(request)")
    }
  }

  @Test("S34: what cannot be undone is told, and doing it gives the former state")
  func failedRollback() throws {
    let lab = try lab([Lab.span])
    let before = lab.picture
    lab.kernel.failingRequests = [6, 9]
    do {
      _ = try lab.controller.apply(.apply([try profile([Lab.remote])]))
      Issue.record("nothing failed")
    } catch let error as ApplyError {
      guard case .rollbackFailed(let first, let second, let remaining) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(first.text == "injected failure")
      #expect(second.text == "injected failure")
      #expect(!remaining.isEmpty)
      #expect(lab.picture != before)
      #expect(lab.kernel.perform(remaining) { false }.failure == nil)
      #expect(lab.picture == before)
    }
  }

  @Test("S34: a change that cannot be read back is undone")
  func unreadable() throws {
    let lab = try lab([Lab.span])
    let before = lab.picture
    lab.kernel.looksUntilFailure = 1
    #expect(throws: ApplyError.self) { try lab.controller.apply(.apply([try profile([Lab.remote])])) }
    #expect(lab.picture == before)
  }

  @Test("S34: what the kernel accepts and does not do is found, and all is undone")
  func unverified() throws {
    let lab = try lab([])
    let before = lab.picture
    lab.kernel.ignores = { if case .change(.bridgePort, .bridgePort) = $0 { true } else { false } }
    do {
      _ = try lab.controller.apply(.apply([try profile([Lab.span])]))
      Issue.record("it was not found")
    } catch let error as ApplyError {
      guard case .unverified(let steps) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(
        steps.map(\.summary) == ["~ port dev tap3 learning off flood off mcast_flood off bcast_flood off proxy_arp on"])
    }
    #expect(lab.picture == before)
  }

  static let plain = "{name: plain, select_src_port: eth0, select_dst_port: eth0, output_port: eth1}"

  @Test("S34: what the kernel shows while it takes it is not looked at again")
  func shown() throws {
    let lab = try lab([])
    lab.kernel.looksUntilFailure = 1
    let proposal = try lab.controller.apply(.apply([try profile([Self.plain])]))
    #expect(lab.kernel.looksUntilFailure == 0)
    #expect(lab.kernel.log == proposal.plan.steps)
    lab.kernel.looksUntilFailure = nil
    #expect(try lab.controller.propose(.none).plan.isEmpty)
  }

  @Test("S34: a filter that the kernel accepts and does not have is found, and all is undone")
  func notShown() throws {
    let lab = try lab([])
    let before = lab.picture
    lab.kernel.ignores = { if case .add(.filter(let filter)) = $0 { filter.key.point.hook == .egress } else { false } }
    #expect {
      try lab.controller.apply(.apply([try profile([Self.plain])]))
    } throws: { error in
      guard case .unverified(let steps) = error as? ApplyError else { return false }
      return steps.count == 1
    }
    #expect(lab.picture == before)
  }

  @Test("S33: what is refused does not touch the kernel")
  func refused() throws {
    let lab = try lab([Lab.span])
    let sent = lab.kernel.log.count
    #expect(throws: ApplyError.self) {
      try lab.controller.apply(.apply([try profile(["{name: x, bridge: tap1, output_port: eth0}"])]))
    }
    lab.kernel.looksUntilFailure = 0
    #expect(throws: ApplyError.self) { try lab.controller.apply(.clear) }
    #expect(lab.kernel.log.count == sent)
    #expect(lab.installed == ["lab": ["span"]])
  }
}

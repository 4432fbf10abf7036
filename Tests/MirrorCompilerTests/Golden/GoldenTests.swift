import MirrorCompiler
import TestSupport
import Testing
import TrafficControl

@Suite("Golden cases")
struct GoldenTests {
  @Test("The golden cases are there")
  func cases() {
    #expect(GoldenCase.all.count >= 18)
  }

  @Test("A profile comes to the plan and the script that were reviewed", arguments: GoldenCase.all)
  func plan(golden: GoldenCase) throws {
    let outcome = try golden.outcome()
    if GoldenCase.isUpdate {
      try golden.write(outcome.plan, to: "plan.txt")
      try golden.write(outcome.script, to: "script.sh")
    }
    #expect(outcome.plan == (try golden.read("plan.txt")))
    #expect(outcome.script == (try golden.read("script.sh")))
  }

  @Test(
    "S34: applying a profile again sends nothing; S37: without it the kernel is as before", arguments: GoldenCase.all)
  func lifecycle(golden: GoldenCase) throws {
    let profiles = [try golden.profile()]
    let host = try golden.host()
    let result: Convergence
    do { result = try Convergence(profiles, on: host) } catch is CompilationError { return }
    var convergence = result
    #expect(try convergence.rest(profiles).steps.map(\.summary) == [])
    try convergence.apply([])
    #expect(convergence.held == KernelState())
    #expect(convergence.kernel.host.interfaces == host.interfaces)
  }

  @Test("The compiler is deterministic", arguments: GoldenCase.all)
  func determinism(golden: GoldenCase) throws {
    let first = try golden.outcome()
    let second = try golden.outcome()
    #expect(first.plan == second.plan)
  }
}

import MirrorCompiler
import MirrorModel
import TestSupport
import Testing
import TrafficControl

/// Profiles compiled for a host, and what becomes of it when they are applied.
struct Convergence {
  let kernel: FakeKernel
  private(set) var compilation: Compilation
  private(set) var plan: Plan

  /// - Throws: the compiler's findings.
  init(_ profiles: [Profile], on host: HostSnapshot) throws {
    kernel = FakeKernel(host)
    kernel.routeTable = host.routes
    (compilation, plan) = try Self.compile(profiles, on: kernel)
    apply()
  }

  /// Applies other profiles on top.
  mutating func apply(_ profiles: [Profile]) throws {
    (compilation, plan) = try Self.compile(profiles, on: kernel)
    apply()
  }

  /// What the kernel holds of ours.
  var held: KernelState {
    do { return try kernel.snapshot().own } catch {
      Issue.record(error)
      return KernelState()
    }
  }

  private func apply() {
    let failure = kernel.perform(plan.steps) { false }.failure
    #expect(failure == nil, "a kernel takes every step")
  }

  /// What a second look finds to do.
  func rest(_ profiles: [Profile]) throws -> Plan { try Self.compile(profiles, on: kernel).1 }

  private static func compile(_ profiles: [Profile], on kernel: FakeKernel) throws -> (Compilation, Plan) {
    var snapshot = try kernel.snapshot()
    snapshot.routes = kernel.routeTable
    snapshot.features = try kernel.features(among: MirrorCompiler.features(for: profiles))
    let compilation = try MirrorCompiler(profiles, on: snapshot, expressions: CopyOracle.programs).compile()
    return (compilation, Plan.difference(from: compilation.current, to: compilation.desired))
  }
}

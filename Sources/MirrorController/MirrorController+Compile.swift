import MirrorCompiler
import MirrorModel
import TrafficControl

extension MirrorController {
  /// Compiles profiles for what was seen, after finding out what else there is to know about the host.
  ///
  /// - Parameter suspended: who is to be left out from the beginning, and why.
  /// - Throws: what is wrong with a profile; where lenience is asked for, the mirrors in question are suspended instead.
  func compile(
    _ profiles: [Profile], on observation: inout Observation, _ strictness: Change.Strictness,
    suspended: [Owner: String] = [:]
  ) throws(ApplyError) -> Compilation {
    let all = observation.snapshot.own.programs.isEmpty ? profiles : profiles + observation.profiles
    do throws(KernelError) {
      // Trying takes a namespace of its own, so it is left out where there is nothing to compile.
      if !profiles.isEmpty {
        var features = MirrorCompiler.features(for: all)
        let snapshot = observation.snapshot
        if !snapshot.own.programs.isEmpty || !snapshot.newcomers.isEmpty { features.insert(.tcx) }
        observation.snapshot.features = try kernel.features(among: features)
      }
      let tunnels = profiles.isEmpty ? [] : observation.snapshot.interfaces.values.compactMap(\.routeQuestion)
      let questions = Observation.routeQuestions(of: all, observation.snapshot.features).union(tunnels)
      observation.snapshot.routes = try kernel.routes(questions)
      if observation.needsAddresses { observation.snapshot.addressedInterfaces = try kernel.addressedInterfaces() }
    } catch { throw .observation(error) }
    let (expressions, allFindings) = expressions(of: profiles)
    var suspended = suspended
    let findings = allFindings.filter { suspended[$0.owner] == nil }
    var error = CompilationError(findings: findings)
    if findings.isEmpty || strictness == .lenient {
      // Each round suspends somebody or is the last.
      for _ in 0...profiles.reduce(0, { $0 + $1.mirrors.count + $1.bridges.count }) {
        onProgress()
        for finding in error.findings { suspended[finding.owner] = finding.message }
        do throws(CompilationError) {
          var compilation = try compile(profiles, &observation.snapshot, expressions, suspended)
          recognizePrograms(in: &compilation, besides: profiles, observation)
          return compilation
        } catch let refusal { error = refusal }
        let isNew = error.findings.contains { suspended[$0.owner] == nil }
        guard strictness == .lenient, isNew else { break }
      }
    }
    throw .refused(error.findings)
  }

  /// Compiles, and once more where tcx programs of other tools, or a wish for our own, have turned up.
  private func compile(
    _ profiles: [Profile], _ snapshot: inout HostSnapshot, _ expressions: [String: BPFProgram],
    _ suspended: [Owner: String]
  ) throws(CompilationError) -> Compilation {
    let first = try MirrorCompiler(profiles, on: snapshot, expressions: expressions, suspended: suspended).compile()
    let found = kernel.tcxPrograms(at: first.mirrorPoints.subtracting(snapshot.tcxPrograms.keys))
    snapshot.tcxPrograms.merge(found) { _, new in new }
    var last = first
    let isOpen = profiles.contains { $0.mirrors.contains { $0.hook == .auto } }
    if isOpen, !found.isEmpty || first.wantsPrograms, (try? kernel.features(among: [.tcx])) == [.tcx] {
      snapshot.features.insert(.tcx)
      last = try MirrorCompiler(profiles, on: snapshot, expressions: expressions, suspended: suspended).compile()
    }
    last.add(snapshot.tcxPrograms)
    return last
  }

  /// Finds out which programs are as the profiles want them that the kernel remembers, so that a change of them can be undone.
  private func recognizePrograms(
    in compilation: inout Compilation, besides profiles: [Profile], _ observation: Observation
  ) {
    let isOpen = compilation.current.programs.values.contains {
      if case .unknown(.some) = $0.content { true } else { false }
    }
    guard isOpen, observation.profiles != profiles else { return }
    let (expressions, findings) = expressions(of: observation.profiles)
    var suspended = Dictionary(findings.map { ($0.owner, $0.message) }) { first, _ in first }
    for _ in 0...observation.profiles.reduce(0, { $0 + $1.mirrors.count + $1.bridges.count }) {
      do throws(CompilationError) {
        let former = try MirrorCompiler(
          observation.profiles, on: observation.snapshot, expressions: expressions, suspended: suspended
        ).compile()
        return compilation.current.recognizePrograms(among: [former.desired]) {
          observation.snapshot.interfaces[$0]?.index
        }
      } catch { for finding in error.findings { suspended[finding.owner] = finding.message } }
    }
  }

  func expressions(of profiles: [Profile]) -> ([String: BPFProgram], [Finding]) {
    var programs: [String: BPFProgram] = [:]
    var findings: [Finding] = []
    for profile in profiles {
      for mirror in profile.mirrors {
        guard let filter = mirror.selection.filter, programs[filter] == nil else { continue }
        // The name of a host may take long to resolve.
        onProgress()
        do throws(KernelError) {
          programs[filter] = try kernel.program(for: filter)
        } catch {
          let owner = Owner(profile: profile.name, subject: .mirror(mirror.name))
          findings.append(Finding(owner: owner, kind: .refused, message: error.description))
        }
      }
    }
    return (programs, findings)
  }
}

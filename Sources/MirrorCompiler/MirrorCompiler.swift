import MirrorModel
import NetworkTypes
import TrafficControl

/// Turns profiles and a look at the host into the state that the kernel shall hold: a pure function of both.
public struct MirrorCompiler {
  /// All profiles of the namespace; objects of others that carry our mark are to go.
  public let profiles: [Profile]
  public let snapshot: HostSnapshot
  /// What the expressions of the mirrors' filters compile to.
  public let expressions: [String: BPFProgram]
  /// Mirrors and bridges of which only the record is wanted, and why.
  public let suspended: [Owner: String]
  let resolver: PortResolver
  /// Output ports that are members of the bridge they are an output for (S21), of all enabled mirrors.
  let reservedPorts: Set<String>
  /// By bridge.
  let floodedVLANs: [String: VLANSet]

  /// Hooks where filters get no frames, as a first attempt has shown.
  var blindPoints: Set<HookPoint> = []
  /// Whether tcx programs may make the copies of mirrors that leave the choice to us.
  var choice = Choice.open

  enum Choice: Hashable, Sendable { case open, filters }

  public init(
    _ profiles: [Profile], on snapshot: HostSnapshot, expressions: [String: BPFProgram] = [:],
    suspended: [Owner: String] = [:]
  ) {
    self.profiles = profiles
    self.snapshot = snapshot
    self.expressions = expressions
    self.suspended = suspended
    let resolver = PortResolver(snapshot)
    self.resolver = resolver
    floodedVLANs = Self.floodedVLANs(of: profiles, without: suspended)
    reservedPorts = Self.reservedPorts(of: profiles, without: suspended, resolver)
  }

  /// - Throws: every finding that keeps a profile from being carried out on this host; none of them concerns things that are
  ///   merely missing now, which make a mirror degraded.
  public func compile() throws(CompilationError) -> Compilation {
    var compiler = self
    do throws(CompilationError) {
      let first = try attempt()
      guard !first.blindPoints.isEmpty, snapshot.features.contains(.tcx) else { return first }
      compiler.blindPoints = first.blindPoints
      return (try? compiler.attempt()) ?? first
    } catch {
      guard mayChoosePrograms else { throw error }
      // Programs may take more of the kernel than filters: stages.
      compiler.choice = .filters
      return try compiler.attempt()
    }
  }

  private func attempt() throws(CompilationError) -> Compilation {
    var findings = profiles.flatMap { OffloadCheck.findings(in: $0) }.filter { suspended[$0.owner] == nil }
    guard findings.isEmpty else { throw CompilationError(findings: findings) }
    guard let slots = Slots(owners, in: snapshot) else { throw CompilationError(findings: [tooManyOwners]) }
    var units = makeUnits(slots)
    for index in units.indices where units[index].suspension == nil {
      do throws(Finding) {
        try select(&units[index])
        try assemble(&units[index])
      } catch { findings.append(error) }
    }
    guard findings.isEmpty else { throw CompilationError(findings: findings) }
    findings += TunnelCheck(snapshot: snapshot).findings(for: units)
    findings += RemoteVLANCheck.findings(for: units)
    let taps = units.map { $0.taps(in: snapshot, flooded: floodedVLANs) }
    let shared = SharedFrames.notes(on: Array(taps.joined()))
    for index in units.indices {
      let notes = FrameLengths(snapshot: snapshot).notes(on: units[index]) + (shared[units[index].owner] ?? [])
      units[index].assembly.add(notes: notes, of: units[index].mirror)
      units[index].assembly.notes += SourceNotes(resolver.topology).notes(on: units[index])
    }
    let mirrors = zip(units, taps).map { cycleMirror($0, $1) }
    findings += CycleCheck(topology: resolver.topology, reserved: reservedPorts).findings(for: mirrors)
    guard findings.isEmpty else { throw CompilationError(findings: findings) }
    let compilation: Compilation
    do throws(Finding) {
      let hooks = try stage(&units, onceOnly(units, taps))
      compilation = try link(units, hooks, slots)
    } catch { throw CompilationError(findings: [error]) }
    let owners = Dictionary(compilation.slots.map { ($0.value, $0.key) }) { first, _ in first }
    findings = DepthCheck(compilation.desired, resolver.topology).findings(owners)
    guard findings.isEmpty else { throw CompilationError(findings: findings) }
    return compilation
  }

  /// The kind of action that remembers things: gact where the kernel has it.
  var carrier: ActionKind { snapshot.features.contains(.gact) ? .gact : .mirred }
}

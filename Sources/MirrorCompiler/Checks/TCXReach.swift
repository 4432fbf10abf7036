import TrafficControl

extension Compilation {
  /// The hooks of other people's interfaces at which mirrors have filters.
  public var mirrorPoints: Set<HookPoint> {
    let owned = Set(desired.devices.values.flatMap(\.interfaces))
    return Set(desired.filters.keys.map(\.point)).filter { !owned.contains($0.device) }
  }

  /// Tells the mirrors of programs that run before their filters. Only the programs know which frames they keep.
  public mutating func add(_ programs: [HookPoint: [TCXProgram]]) {
    guard !programs.isEmpty else { return }
    for index in mirrors.indices {
      let points = Set(mirrors[index].points).subtracting(mirrors[index].programPoints)
      let reasons = points.sorted().compactMap { point in programs[point].map { Self.reason($0, at: point) } }
      mirrors[index].reasons += FilterReach.limited(reasons)
    }
  }

  private static func reason(_ programs: [TCXProgram], at point: HookPoint) -> String {
    let names = programs.map { program in
      "(id \(program.id)\(program.name.isEmpty ? "" : ", \(program.name)"))"
    }.joined(separator: ", ")
    return programs.count == 1
      ? "a tcx program \(names) runs before the filters at \(point) and may keep frames from them"
      : "tcx programs \(names) run before the filters at \(point) and may keep frames from them"
  }
}

extension MirrorReport {
  fileprivate var points: [HookPoint] {
    sources.map { Port(name: $0.interface, role: $0.interface == mirror.bridge ? .local : .plain).point($0.side) }
  }
}

import NetworkTypes
import TrafficControl

/// Leaves of the taps just what makes one copy of a frame per destination as it crosses a bridge.
///
/// A frame is copied where it enters if any mirror selects it there; where it leaves, only frames that nobody copied before
/// are left. Among mirrors with one destination the one that asks for more copies, else the first in order.
struct OnceOnly {
  /// By bridge.
  var crossings: [String: Crossings]
  /// Ports that mirrors of their bridge send copies into a VLAN by.
  var carriers: Set<String> = []

  /// - Throws: a finding where frames would have to be told apart that look the same.
  func programs(for taps: [Tap]) throws(Finding) -> [HookProgram] {
    var programs: [HookProgram] = []
    for (_, group) in Dictionary(grouping: taps, by: \.target.destination).sorted(by: { $0.key < $1.key }) {
      for tap in withoutOverlap(group.filter { $0.side == .source }) {
        programs.append(try HookProgram(tap, copyAll(of: tap)))
      }
      var classes: [String: WayClasses] = [:]
      for tap in withoutOverlap(group.filter { $0.side == .destination }) {
        guard let bridge = tap.port.bridge, let crossings = crossings[bridge] else {
          programs.append(try HookProgram(tap, copyAll(of: tap)))
          continue
        }
        let ways = classes[bridge] ?? WayClasses(crossings, group)
        classes[bridge] = ways
        if var program = try LeavingFrames(tap: tap, ways: ways).program() {
          program.skipsCopies = tap.port.role != .local && carriers.contains(tap.port.name)
          programs.append(program)
        }
      }
    }
    return programs
  }

  private func copyAll(of tap: Tap) throws(Finding) -> HookProgram.Verdict {
    guard let frames = tap.frames(of: tap.vlans) else { throw tap.hiddenVLAN }
    return .copy(frames, exit: tap.target.exit)
  }

  /// Takes from each tap what earlier ones at the same hook copy to the same destination.
  private func withoutOverlap(_ unordered: [Tap]) -> [Tap] {
    let taps = unordered.enumerated().sorted {
      ($0.element.fullness, $0.offset) < ($1.element.fullness, $1.offset)
    }.map(\.element)
    var earlier: [HookPoint: [Tap]] = [:]
    let isCrowded = Set(taps.map(\.point)).count < taps.count
    return taps.compactMap { tap in
      var rest = tap
      for other in isCrowded ? earlier[tap.point] ?? [] : [] {
        let isComparable = other.classification == tap.classification
        if isComparable && other.vlans.isDisjoint(with: rest.vlans) { continue }
        if other.vlans == .all && other.covers(tap) { return nil }
        if isComparable && other.covers(tap) {
          rest.vlans = rest.vlans.subtracting(other.vlans)
        } else if let frames = other.classification.tags(of: other.vlans) {
          rest.excluded.append(FrameMatch(tags: frames, expression: other.expression))
        }
      }
      if isCrowded { earlier[tap.point, default: []].append(tap) }
      return rest.vlans.isEmpty || rest.frames(of: rest.vlans)?.tags.isNothing == true ? nil : rest
    }
  }
}

extension Tap {
  /// The frames of one VLAN cannot be told from those of another.
  var hiddenVLAN: Finding {
    guard case .leaving(let untagged, _, _, _) = classification else {
      return Finding(owner: owner, kind: .refused, message: "the VLAN cannot be told at \(port.name)")
    }
    return Finding(
      owner: owner, kind: .refused,
      message:
        "\(port.name) sends VLANs \(untagged) untagged, so VLAN \(untagged.intersection(vlans)) cannot be told from the others "
        + "where it leaves: give the port one untagged VLAN (bridge vlan add … untagged), select all of them, or select "
        + "the port as a source")
  }
}

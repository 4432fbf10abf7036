/// What mirrors with one destination have to be told of each other where they ask for different amounts of the same frames.
enum SharedFrames {
  /// - Returns: by the mirror that asks for less.
  static func notes(on taps: [Tap]) -> [Owner: [String]] {
    var notes: [Owner: [String]] = [:]
    for (_, group) in Dictionary(grouping: taps, by: \.target.destination) {
      guard Set(group.map(\.fullness)).count > 1 else { continue }
      let mirrors = Dictionary(grouping: group, by: \.owner).sorted { $0.key < $1.key }
      for (owner, own) in mirrors {
        for (other, theirs) in mirrors where other != owner {
          guard let mine = own.first?.fullness, let full = theirs.first?.fullness, full < mine else { continue }
          if shares(own, theirs) {
            notes[owner, default: []].append(
              "mirror \(other) copies the frames that both select where they do: it asks for all of them, or for longer copies"
            )
          } else if crosses(own, theirs) {
            notes[owner, default: []].append(
              "mirror \(other) copies frames where they leave, and asks for all of them or for longer copies: those that both select "
                + "may arrive twice")
          }
        }
      }
    }
    return notes
  }

  /// Whether both copy at one hook.
  private static func shares(_ own: [Tap], _ theirs: [Tap]) -> Bool {
    let places = Dictionary(grouping: theirs, by: \.point)
    return own.contains { tap in places[tap.point]?.contains { !$0.vlans.isDisjoint(with: tap.vlans) } ?? false }
  }

  /// Whether frames that one has copied where they came in leave where the other copies them.
  private static func crosses(_ own: [Tap], _ theirs: [Tap]) -> Bool {
    let bridges = Set(theirs.filter { $0.side == .destination }.compactMap(\.port.bridge))
    return own.contains { $0.side == .source && $0.port.bridge.map(bridges.contains) ?? false }
  }
}

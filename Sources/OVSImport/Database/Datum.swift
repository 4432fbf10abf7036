/// The value of a column in an OVSDB database (RFC 7047, section 5.1).
enum Datum {
  /// A single value, an optional one or a set.
  case set([Atom])
  case map([Atom: Atom])

  /// `nil` for what is no such value.
  init?(_ value: JSONValue) {
    guard let pair = value.elements, pair.count == 2, let items = pair[1].elements else {
      guard let atom = Atom(value) else { return nil }
      self = .set([atom])
      return
    }
    switch pair[0].text {
    case "set":
      let atoms = items.compactMap(Atom.init)
      guard atoms.count == items.count else { return nil }
      self = .set(atoms)
    case "map":
      var map: [Atom: Atom] = [:]
      for item in items {
        guard let entry = item.elements, entry.count == 2, let key = Atom(entry[0]), let value = Atom(entry[1]) else {
          return nil
        }
        map[key] = value
      }
      self = .map(map)
    default: return nil
    }
  }
}

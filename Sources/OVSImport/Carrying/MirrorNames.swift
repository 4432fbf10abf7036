import MirrorModel

/// Gives mirrors names that profiles accept, each once; Open vSwitch takes any text and does not mind repetitions.
struct MirrorNames {
  private var taken: Set<String> = []
  /// The number to try next for names that begin alike.
  private var numbers: [String: Int] = [:]

  /// The name itself where that is possible, else one that is near it.
  ///
  /// - Parameter bridge: tells mirrors of the same name on several bridges apart.
  mutating func name(for text: String, on bridge: String) -> String {
    let own = Self.accepted(text)
    if taken.insert(own).inserted { return own }
    let withBridge = Self.accepted("\(own.prefix(20))-\(bridge)")
    if taken.insert(withBridge).inserted { return withBridge }
    let stem = String(own.prefix(24))
    while true {
      let number = numbers[stem, default: 2]
      numbers[stem] = number + 1
      if taken.insert("\(stem)-\(number)").inserted { return "\(stem)-\(number)" }
    }
  }

  /// Replaces what is not accepted by `-`, drops what cannot come first, and cuts the rest.
  private static func accepted(_ text: String) -> String {
    let characters = text.unicodeScalars.map { scalar in
      let character = Character(scalar)
      return ObjectName.isValid("a\(character)") ? character : "-"
    }
    let name = String(String(characters.drop { !ObjectName.isValid("\($0)") }).prefix(ObjectName.maximumLength))
    return name.isEmpty ? "mirror" : name
  }
}

/// What came out of a switch for each frame that went in.
public struct Outcome: Hashable, Sendable {
  /// By the frame's position in the scenario, then by port: the frames that came out, sorted.
  public private(set) var arrivals: [Int: [String: [Arrival]]] = [:]

  public init() {}

  public mutating func add(_ arrival: Arrival, of frame: Int, at port: String) {
    var list = arrivals[frame, default: [:]][port, default: []]
    list.insert(arrival, at: list.firstIndex { arrival < $0 } ?? list.endIndex)
    arrivals[frame, default: [:]][port] = list
  }

  public func arrivals(of frame: Int, at port: String) -> [Arrival] {
    arrivals[frame]?[port] ?? []
  }

  /// How many frames came out.
  public var count: Int { arrivals.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.count } } }
}

/// A frame that came out of a switch, as far as a switch may change it.
public struct Arrival: Hashable, Sendable, Comparable {
  /// Outermost first.
  public var tags: [FrameTag]
  /// How it differs from what was sent, apart from tags; `nil`: not at all.
  public var damage: String?

  public init(tags: [FrameTag], damage: String? = nil) {
    self.tags = tags
    self.damage = damage
  }

  public static func < (left: Arrival, right: Arrival) -> Bool { left.description < right.description }
}

extension Arrival: CustomStringConvertible {
  public var description: String {
    let text = tags.isEmpty ? "untagged" : "[" + tags.map(\.description).joined(separator: ", ") + "]"
    return text + (damage.map { " (\($0))" } ?? "")
  }
}

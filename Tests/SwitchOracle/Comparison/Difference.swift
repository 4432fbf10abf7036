/// One frame of which something else came out at one port.
public struct Difference: Hashable, Sendable {
  public var frame: Int
  public var port: String
  public var openVSwitch: [Arrival]
  public var linux: [Arrival]
}

extension Difference {
  public var summary: String {
    func list(_ arrivals: [Arrival]) -> String {
      arrivals.isEmpty ? "nothing" : arrivals.map(\.description).joined(separator: " and ")
    }
    return "frame \(frame) at \(port): Open vSwitch \(list(openVSwitch)); Linux \(list(linux))"
  }
}

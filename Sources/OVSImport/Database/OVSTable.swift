/// A table of Open vSwitch's database with all its records.
public struct OVSTable {
  /// The tables that mirrors are made of (ovs-vswitchd.conf.db(5)).
  public enum Name: String, CaseIterable, Sendable {
    case bridge = "Bridge"
    case port = "Port"
    case interface = "Interface"
    case mirror = "Mirror"

    /// The columns without which nothing can be carried over; later versions of Open vSwitch have added others.
    var requiredColumns: [String] {
      switch self {
      case .bridge: ["_uuid", "name", "ports", "mirrors", "flood_vlans"]
      case .port: ["_uuid", "name", "interfaces", "tag", "trunks", "vlan_mode"]
      case .interface: ["_uuid", "name", "type", "options"]
      case .mirror:
        [
          "_uuid", "name", "select_all", "select_src_port", "select_dst_port", "select_vlan", "output_port",
          "output_vlan",
        ]
      }
    }

    /// Columns that no other table has.
    private var marks: [String] {
      switch self {
      case .bridge: ["mirrors", "flood_vlans"]
      case .port: ["interfaces", "vlan_mode"]
      case .interface: ["ofport", "mac_in_use", "options"]
      case .mirror: ["select_all", "select_vlan", "output_vlan", "output_port"]
      }
    }

    /// The table that has some of these columns; `nil` where it is one that does not matter.
    init?(columns: [String]) {
      guard let name = Self.allCases.first(where: { $0.marks.contains(where: columns.contains) }) else { return nil }
      self = name
    }
  }

  /// The command whose output can be read, as one text.
  public static let command =
    "ovs-vsctl --format=json list Bridge -- list Port -- list Interface -- list Mirror"

  public let name: Name
  /// Where it comes from, for messages.
  let source: String
  let rows: [OVSRow]
}

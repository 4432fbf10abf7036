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

    /// The columns that are carried over, those that the commands for the bridge are made of, and those that change neither which
    /// frames a mirror copies nor how the copies look.
    var knownColumns: Set<String> {
      switch self {
      case .bridge: Self.bridgeColumns
      case .port: Self.portColumns
      case .interface: Self.interfaceColumns
      case .mirror: Self.mirrorColumns
      }
    }

    /// How keys of maps begin that make no difference to mirrors.
    var knownKeys: [String] {
      switch self {
      case .bridge:
        [
          "other_config:controller-", "other_config:datapath-id", "other_config:disable-in-band", "other_config:dp-",
          "other_config:hwaddr", "other_config:in-band-queue", "other_config:mac-", "other_config:mcast-snooping-",
          "other_config:rstp-", "other_config:stp-",
        ]
      case .port:
        [
          "other_config:bond-", "other_config:lacp-", "other_config:rstp-", "other_config:stp-",
          "other_config:transient",
        ]
      case .interface, .mirror: []
      }
    }

    private static let common = ["_uuid", "_version", "name", "external_ids"]

    private static let bridgeColumns = Set(
      common + [
        "ports", "mirrors", "flood_vlans", "datapath_type", "datapath_id", "datapath_version", "fail_mode",
        "controller",
        "protocols", "status", "rstp_status", "flow_tables", "auto_attach", "netflow", "sflow", "ipfix",
      ])

    private static let portColumns = Set(
      common + [
        "interfaces", "tag", "trunks", "vlan_mode", "bond_mode", "lacp", "bond_updelay", "bond_downdelay",
        "bond_active_slave", "bond_fake_iface", "fake_bridge", "mac", "qos", "status", "rstp_status", "rstp_statistics",
        "statistics",
      ])

    private static let interfaceColumns = Set(
      common + [
        "type", "options", "ingress_policing_rate", "ingress_policing_burst", "ingress_policing_kpkts_rate",
        "ingress_policing_kpkts_burst", "mac_in_use", "mac", "ifindex", "ofport", "ofport_request", "bfd", "bfd_status",
        "cfm_mpid", "cfm_remote_mpids", "cfm_flap_count", "cfm_fault", "cfm_fault_status", "cfm_remote_opstate",
        "cfm_health", "lacp_current", "lldp", "other_config", "statistics", "status", "admin_state", "link_state",
        "link_resets", "link_speed", "duplex", "mtu", "mtu_request", "error",
      ])

    private static let mirrorColumns = Set(
      common + [
        "select_all", "select_src_port", "select_dst_port", "select_vlan", "output_port", "output_vlan", "snaplen",
        "filter", "statistics",
      ])

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

/// Texts that are refused and the exact findings about them, without the file's name.
enum FindingsTable {
  typealias Case = (text: String, expected: String)

  /// Added to `{name: m0, output_port: tap3, …}`, which puts them in column 41 of line 2; one finding each.
  static let values: [Case] = [
    (
      "select_dst_prot: x",
      "41: mirrors[0].select_dst_prot: unknown key 'select_dst_prot'; the nearest known one is 'select_dst_port'"
    ),
    ("fliter: x", "41: mirrors[0].fliter: unknown key 'fliter'; the nearest known one is 'filter'"),
    ("\"a\\nb\": x", "41: mirrors[0].a\\u{a}b: unknown key 'a\\u{a}b'; the nearest known one is 'name'"),
    ("[a]: x", "41: mirrors[0]: expected the name of a key, not a list or mapping"),
    ("name: m1", "41: mirrors[0].name: the key is given twice, first on line 2"),
    ("enabled: no", "50: mirrors[0].enabled: expected true or false, not 'no'"),
    ("enabled: \"true\"", "50: mirrors[0].enabled: expected true or false without quotes, not the quoted text 'true'"),
    ("enabled: ~", "50: mirrors[0].enabled: expected true or false; no value is given"),
    ("bridge: [br0]", "49: mirrors[0].bridge: expected the name of an interface, not a list"),
    (
      "bridge: a/b",
      """
      49: mirrors[0].bridge: expected the name of an interface (no '/', ':' or white space; \
      not '.' or '..'), not 'a/b'
      """
    ),
    ("bridge: tap3", "35: mirrors[0].output_port: 'tap3' is the mirrored bridge itself; expected another interface"),
    ("bridge: \"br*\"", "49: mirrors[0].bridge: expected the name of an interface, not the pattern 'br*'"),
    ("select_all: true", "53: mirrors[0].select_all: 'select_all' needs 'bridge', whose ports it selects"),
    (
      "bridge: br0, select_all: true, select_dst_port: x",
      "89: mirrors[0].select_dst_port: 'select_all: true' selects every port already; remove one of the two keys"
    ),
    (
      "select_src_port: [a, \"b c\"]",
      """
      62: mirrors[0].select_src_port[1]: expected the name of an interface or a pattern (no '/', ':' or \
      white space; not '.' or '..'), not 'b c'
      """
    ),
    (
      "select_src_port: \"tap[12\"",
      """
      58: mirrors[0].select_src_port: the pattern 'tap[12' has '[' without ']'; \
      expected a set such as [abc], [a-z] or [!abc]
      """
    ),
    (
      "select_src_port: \"tap[9-0]\"",
      "58: mirrors[0].select_src_port: the pattern 'tap[9-0]' has the range '9-0', which is empty; expected low to high"
    ),
    (
      "select_dst_port: {a: b}",
      "58: mirrors[0].select_dst_port: expected the name of an interface or a pattern, not a mapping"
    ),
    ("select_vlan: 4095", "54: mirrors[0].select_vlan: expected a VLAN 0..4094 or a range such as 20-29, not 4095"),
    ("select_vlan: [-1]", "55: mirrors[0].select_vlan[0]: expected a VLAN 0..4094 or a range such as 20-29, not -1"),
    ("select_vlan: 29-20", "54: mirrors[0].select_vlan: expected a range from low to high, not '29-20'"),
    ("filter: \"\"", "49: mirrors[0].filter: the filter is empty; leave the key out to copy every frame"),
    (
      "filter: \"a\\0b\"",
      """
      49: mirrors[0].filter: the filter has control characters; \
      expected a pcap-filter(7) expression such as 'tcp port 443'
      """
    ),
    ("view: wires", "47: mirrors[0].view: expected wire or switch, not 'wires'"),
    ("view: switch", "47: mirrors[0].view: 'switch' needs 'bridge', whose view it is"),
    ("snaplen: 65536", "50: mirrors[0].snaplen: expected a whole number 14..65535, not 65536"),
    (
      "snaplen: \"128\"",
      "50: mirrors[0].snaplen: expected a whole number 14..65535 without quotes, not the quoted text '128'"
    ),
    ("snaplen: 0128", "50: mirrors[0].snaplen: expected a whole number 14..65535, not '0128' with leading zeros"),
    ("snaplen: 1e3", "50: mirrors[0].snaplen: expected a whole number 14..65535, not '1e3'"),
    (
      "snaplen: 99999999999999999999",
      "50: mirrors[0].snaplen: expected a whole number 14..65535, not '99999999999999999999'"
    ),
    ("sample: 0", "49: mirrors[0].sample: expected 1..65535 or a mapping with 'one_in', not 0"),
    ("sample: {random: true}", "49: mirrors[0].sample: 'one_in' is missing; expected 1..65535"),
    (
      "rate: 200mb",
      "47: mirrors[0].rate: expected a rate such as 200mbit (units bit, kbit, mbit, gbit; at least 8bit), not '200mb'"
    ),
    (
      "rate: 9999999999gbit",
      """
      47: mirrors[0].rate: expected a rate such as 200mbit (units bit, kbit, mbit, gbit; \
      at least 8bit), not '9999999999gbit'
      """
    ),
    (
      "rate: {rate: 1mbit, burst: 4096mb}",
      "68: mirrors[0].rate.burst: expected a size such as 256kb (units kb, mb; 1..4294967295 bytes), not '4096mb'"
    ),
    ("offload: on", "50: mirrors[0].offload: expected auto, off or require, not 'on'"),
    ("hook: egress", "47: mirrors[0].hook: expected auto, clsact or tcx, not 'egress'"),
    ("order: second", "48: mirrors[0].order: expected first or last, not 'second'"),
    (
      "hook: tcx, order: last",
      "59: mirrors[0].order: 'last' is for filters, and tcx programs come before all of them"
    ),
    ("force: 1", "48: mirrors[0].force: expected true or false, not 1"),
  ]

  /// Added to `{name: m0, …}`, which puts them in column 22 of line 2; one finding each.
  static let outputs: [Case] = [
    (
      "snaplen: 64",
      "11: mirrors[0]: the mirror has no output; expected exactly one of output_port, output_vlan or output_tunnel"
    ),
    (
      "output_port: x, output_vlan: {id: 5, ports: y}",
      """
      51: mirrors[0].output_vlan: the mirror has 'output_port' as well; \
      expected exactly one of output_port, output_vlan or output_tunnel
      """
    ),
    ("output_port: []", "35: mirrors[0].output_port: the list is empty; expected at least one interface"),
    ("output_port: [a, b, a]", "42: mirrors[0].output_port[2]: 'a' is given twice; expected each port once"),
    (
      "output_port: \"vnet*\"", "35: mirrors[0].output_port: expected the name of an interface, not the pattern 'vnet*'"
    ),
    (
      "output_port: \(String(repeating: "x", count: 200))",
      """
      35: mirrors[0].output_port: '\(String(repeating: "x", count: 40))…' has 200 bytes; \
      expected the name of an interface of at most 127
      """
    ),
    (
      "output_vlan: 111",
      "35: mirrors[0].output_vlan: the ports are not known; expected 'bridge' in the mirror or 'ports' in output_vlan"
    ),
    (
      "bridge: br0, output_vlan: 0", "48: mirrors[0].output_vlan: expected a VLAN 1..4094 or a mapping with 'id', not 0"
    ),
    ("output_vlan: {ports: [p0]}", "35: mirrors[0].output_vlan: 'id' is missing; expected a VLAN 1..4094"),
    ("output_vlan: {id: 4095, ports: [p0]}", "40: mirrors[0].output_vlan.id: expected a VLAN 1..4094, not 4095"),
    (
      "output_vlan: {id: 5, ports: []}",
      "50: mirrors[0].output_vlan.ports: the list is empty; expected at least one interface or pattern"
    ),
    (
      "output_vlan: {id: 5, ports: [p0, p0]}",
      "55: mirrors[0].output_vlan.ports[1]: 'p0' is given twice; expected each port once"
    ),
    (
      "bridge: br0, output_vlan: {id: 5, keepinner: true}",
      "56: mirrors[0].output_vlan.keepinner: unknown key 'keepinner'; the nearest known one is 'keep_inner'"
    ),
    (
      "output_tunnel: gretap", "37: mirrors[0].output_tunnel: expected a mapping with 'type' and 'remote', not 'gretap'"
    ),
  ]

  /// Added to `{name: m0, output_tunnel: {…}}`, which puts them in column 38 of line 2; one finding each.
  static let tunnels: [Case] = [
    ("remote: 10.0.0.1", "37: mirrors[0].output_tunnel: 'type' is missing; expected gretap, erspan, vxlan or geneve"),
    (
      "type: gre, remote: 10.0.0.1",
      "44: mirrors[0].output_tunnel.type: expected gretap, erspan, vxlan or geneve, not 'gre'"
    ),
    ("type: gretap", "37: mirrors[0].output_tunnel: 'remote' is missing; expected an IPv4 or IPv6 address"),
    (
      "type: gretap, remote: 10.0.0.300",
      "60: mirrors[0].output_tunnel.remote: expected an IPv4 or IPv6 address, not '10.0.0.300'"
    ),
    (
      "type: gretap, remote: 239.1.1.1",
      "60: mirrors[0].output_tunnel.remote: expected a unicast address, not '239.1.1.1'"
    ),
    (
      "type: gretap, remote: 10.0.0.1, local: \"::1\"",
      """
      77: mirrors[0].output_tunnel.local: ::1 and the remote address 10.0.0.1 are not of one family; \
      expected both IPv4 or both IPv6
      """
    ),
    (
      "type: gretap, remote: 10.0.0.1, vni: 1",
      "75: mirrors[0].output_tunnel.vni: gretap has no 'vni'; its own keys: key"
    ),
    (
      "type: gretap, remote: 10.0.0.1, key: 0x100000000",
      "75: mirrors[0].output_tunnel.key: expected a whole number 0..4294967295, not 0x100000000"
    ),
    (
      "type: vxlan, remote: 10.0.0.1",
      "37: mirrors[0].output_tunnel: 'vni' is missing; expected a whole number 0..16777215"
    ),
    (
      "type: geneve, remote: 10.0.0.1, vni: 16777216",
      "75: mirrors[0].output_tunnel.vni: expected a whole number 0..16777215, not 16777216"
    ),
    (
      "type: geneve, remote: 10.0.0.1, vni: 1, local: 10.0.0.2",
      "85: mirrors[0].output_tunnel.local: geneve has no 'local': its packets go as the routes say; remove the key"
    ),
    (
      "type: geneve, remote: 10.0.0.1, vni: 1, device: eth0",
      "86: mirrors[0].output_tunnel.device: geneve has no 'device': its packets go as the routes say; remove the key"
    ),
    (
      "type: erspan, remote: \"fd00::1\", version: 0",
      """
      80: mirrors[0].output_tunnel.version: version 0 has no form over IPv6; \
      expected version 1 or 2, or an IPv4 remote address
      """
    ),
    (
      "type: erspan, remote: 10.0.0.1, version: 3",
      "79: mirrors[0].output_tunnel.version: expected version 0, 1 or 2, not 3"
    ),
    (
      "type: erspan, remote: 10.0.0.1, session_id: 1024",
      "82: mirrors[0].output_tunnel.session_id: expected a whole number 0..1023, not 1024"
    ),
    (
      "type: erspan, remote: 10.0.0.1, version: 0, session_id: 1",
      "94: mirrors[0].output_tunnel.session_id: erspan version 0 has no 'session_id'; its own keys: version"
    ),
    (
      "type: erspan, remote: 10.0.0.1, direction: egress",
      """
      81: mirrors[0].output_tunnel.direction: erspan version 1 has no 'direction'; \
      its own keys: version, session_id, index
      """
    ),
    (
      "type: erspan, remote: 10.0.0.1, version: 2, index: 1",
      """
      89: mirrors[0].output_tunnel.index: erspan version 2 has no 'index'; \
      its own keys: version, session_id, direction, hardware_id
      """
    ),
    (
      "type: erspan, remote: 10.0.0.1, version: 2, direction: in",
      "93: mirrors[0].output_tunnel.direction: expected ingress or egress, not 'in'"
    ),
    (
      "type: gretap, remote: 10.0.0.1, ttl: 0",
      "75: mirrors[0].output_tunnel.ttl: expected a whole number 1..255, not 0"
    ),
    (
      "type: gretap, remote: 10.0.0.1, dscp: 64",
      "76: mirrors[0].output_tunnel.dscp: expected a whole number 0..63, not 64"
    ),
    (
      "type: gretap, remote: 10.0.0.1, tos: 0, dscp: 0",
      "84: mirrors[0].output_tunnel.dscp: 'tos' holds the DSCP already; remove one of the two keys"
    ),
  ]

  /// Whole documents; one finding each.
  static let documents: [Case] = [
    ("", "1:1: the profile is empty; it needs 'version: 1'"),
    ("# all of it is commented out\n", "1:1: the profile is empty; it needs 'version: 1'"),
    ("~", "1:1: expected a mapping with 'version: 1' and lists of mirrors and bridges; no value is given"),
    ("- name: m0", "1:1: expected a mapping with 'version: 1' and lists of mirrors and bridges, not a list"),
    ("mirrors: []", "1:1: 'version' is missing; expected 1"),
    ("version: 2", "1:10: version: expected version 1, not 2"),
    (
      "{version: 1, profile: -x}",
      "1:23: profile: expected 1..32 letters, digits, '_', '.' or '-', a letter or digit first, not '-x'"
    ),
    ("version: 1\nmirrors:\n", "2:9: mirrors: expected a list of mirrors; no value is given"),
    ("version: 1\nmirrors: {name: m0}\n", "2:10: mirrors: expected a list of mirrors, not a mapping"),
    ("version: 1\nmirrors: [m0]\n", "2:11: mirrors[0]: expected a mapping that describes a mirror, not 'm0'"),
    ("version: 1\nmirors: []\n", "2:1: mirors: unknown key 'mirors'; the nearest known one is 'mirrors'"),
    (
      "version: 1\nmirrors:\n- {name: m0, output_port: a}\n- {name: m0, output_port: b}\n",
      "4:10: mirrors[1].name: the name 'm0' is given twice, first on line 3"
    ),
    (
      "version: 1\nbridges: [{name: br0}, {name: br0}]\n",
      "2:31: bridges[1].name: the name 'br0' is given twice, first on line 2"
    ),
    (
      "version: 1\nbridges: [{name: br0, flood_vlans: 4095}]\n",
      "2:36: bridges[0].flood_vlans: expected a VLAN 1..4094 or a range such as 20-29, not 4095"
    ),
    ("version: 1\nmirrors: [&a {name: m0}]\n", "2:11: anchors and aliases are not accepted"),
  ]
}

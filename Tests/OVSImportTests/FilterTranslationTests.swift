import Netlink
import Testing

@testable import OVSImport

@Suite("Filters of Open vSwitch's mirrors")
struct FilterTranslationTests {
  private func translate(_ text: String) throws(FlowMatch.Problem) -> FilterTranslation {
    try FilterTranslation(FlowMatch(text))
  }

  @Test(
    "What pcap-filter(7) can say is said, and libpcap takes it",
    arguments: [
      ("ip", "ip"), ("dl_type=0x800", "ip"), ("eth_type=0x88cc", "ether proto 0x88cc"), ("arp", "arp"),
      ("rarp", "rarp"), ("mpls", "ether proto 0x8847"), ("ipv6", "ip6"), ("icmp", "icmp"),
      ("tcp", "ip and tcp"), ("ip,nw_proto=47", "ip proto 47"), ("dl_type=0x0800 nw_proto=0x11", "ip and udp"),
      ("tcp,tp_dst=443", "ip and tcp dst port 443"), ("udp, udp_src=53", "ip and udp src port 53"),
      ("sctp,sctp_dst=0x50,tp_src=7", "ip and sctp src port 7 and sctp dst port 80"),
      ("tcp,tcp_dst=0x1000/0xf000", "ip and tcp[2:2] & 0xf000 = 0x1000"),
      ("tcp,tp_dst=0", "ip and tcp and (tcp[2:2] = 0 or ip[6:2] & 0x1fff != 0)"),
      ("icmp,icmp_type=8,icmp_code=0", "icmp[0] = 8 and (icmp[1] = 0 or ip[6:2] & 0x1fff != 0)"),
      ("tcp,tcp_src=7/0", "ip and tcp"),
      ("ip,nw_src=10.0.0.1", "ip src host 10.0.0.1"), ("ip,ip_dst=10.1.2.3/8", "ip dst net 10.0.0.0/8"),
      ("ip,nw_src=10.0.1.0/255.255.255.0", "ip src net 10.0.1.0/24"),
      ("ip,nw_src=10.9.0.1/255.0.0.255", "ip[12:4] & 0xff0000ff = 0xa000001"), ("ip,nw_src=0.0.0.0/0", "ip"),
      ("tcp,nw_dst=10.0.0.1,tp_dst=80", "ip dst host 10.0.0.1 and tcp dst port 80"),
      ("ip,nw_tos=0xb8,nw_ecn=1", "ip[1] = 185"), ("ip,ip_dscp=46", "ip[1] & 0xfc = 184"),
      ("ip,nw_ttl=1", "ip[8] = 1"), ("ipv6,nw_tos=184", "ip6[0:2] & 0xfc0 = 0xb80"), ("ip6,nw_ttl=255", "ip6[7] = 255"),
      ("ipv6,ipv6_src=2001:db8::1", "ip6 src host 2001:db8::1"),
      ("ipv6,ipv6_dst=2001:db8::1/33", "ip6 dst net 2001:db8::/33"),
      ("ipv6,ipv6_dst=::7/::ffff", "ip6[36:4] & 0xffff = 7"),
      ("dl_src=02:0:00:00:00:01", "ether src host 02:00:00:00:00:01"),
      ("eth_dst=ff:ff:ff:ff:ff:ff", "ether dst host ff:ff:ff:ff:ff:ff"),
      ("dl_dst=01:00:00:00:00:00/01:00:00:00:00:00", "ether[0:4] & 0x1000000 = 0x1000000"),
      ("dl_src=02:00:00:00:01:00/ff:ff:ff:ff:ff:00", "ether[6:4] = 0x2000000 and ether[10:2] & 0xff00 = 0x100"),
      ("dl_vlan=10", "vlan 10"), ("dl_vlan=0", "vlan 0"), ("dl_vlan=0xffff", "not vlan"), ("vlan_tci=0", "not vlan"),
      ("vlan_tci=0x1000/0x1000", "vlan"), ("vlan_tci=0/0x1000", "not vlan"), ("vlan_tci=0x100a/0x1fff", "vlan 10"),
      ("vlan_vid=0x1014", "vlan 20"), ("vlan_vid=0x1000/0x1000", "vlan"), ("vlan_vid=0", "not vlan"),
      ("dl_vlan=10,tcp,tp_dst=443", "vlan 10 and ip and tcp dst port 443"),
      ("udp,dl_vlan=0xffff", "ip and udp and not vlan"), ("vlan_tci=0x1000/0x1000,arp", "vlan and arp"),
    ])
  func translations(match: String, expression: String) throws {
    #expect(try translate(match).expression == expression)
    _ = try FilterExpression.program(for: expression)
  }

  @Test("Without a condition every frame passes", arguments: ["", " , ", "dl_src=02:00:00:00:00:01/00:00:00:00:00:00"])
  func everything(match: String) throws {
    #expect(try translate(match).expression == nil)
  }

  @Test(
    "What cannot be said, and what Open vSwitch refuses itself, is told with the field",
    arguments: [
      ("in_port=1", "in_port"), ("tun_id=5,tcp", "tun_id"), ("reg0=1", "reg0"), ("ct_state=+trk", "ct_state"),
      ("tcp,tcp_flags=+syn", "tcp_flags"), ("ip,ip_frag=later", "ip_frag"), ("arp,arp_spa=10.0.0.1", "arp_spa"),
      ("encap(tcp)", "encap(tcp)"), ("nonsense", "nonsense"), ("tp_dst=80", "tp_dst needs tcp"),
      ("ip,tcp_dst=80", "tcp_dst needs tcp"), ("udp,tcp_dst=80", "tcp_dst needs tcp"), ("nw_src=10.0.0.1", "needs ip"),
      ("ipv6,nw_src=10.0.0.1", "needs ip"), ("nw_proto=6", "nw_proto needs ip"), ("icmp,tp_src=8", "tp_src needs tcp"),
      ("tcp,udp", "udp says again"), ("tcp,tp_dst=1,tcp_dst=1", "says again"), ("tcp,tp_dst=1,tp_dst=1", "says again"),
      ("tcp,tp_dst", "tp_dst has no value"), ("tcp,tp_dst=65536", "tp_dst=65536"), ("tcp,tp_dst=http", "tp_dst=http"),
      ("tcp,tp_dst=1/2/3", "tp_dst=1/2/3"), ("ip,nw_src=10.0.0", "nw_src=10.0.0"), ("ip,nw_src=10.0.0.1/33", "nw_src"),
      ("ip,nw_src=::1", "nw_src=::1"), ("ipv6,ipv6_src=::1/129", "ipv6_src"), ("dl_src=1:2:3:4:5", "dl_src"),
      ("dl_src=+1:2:3:4:5:6", "dl_src"), ("dl_type=0x5ff", "0x5ff"), ("dl_type=0x8100", "vlan-limit"),
      ("dl_type=0x800/0xff00", "dl_type"), ("ip,nw_proto=0", "nw_proto"), ("ipv6,nw_proto=44", "extension header"),
      ("tcp6,tp_dst=0", "tp_dst can be 0"), ("dl_vlan_pcp=3", "dl_vlan_pcp"), ("vlan_tci=0xf00a", "vlan_tci"),
      ("vlan_tci=0x1008/0x1008", "vlan_tci"), ("dl_vlan=4096", "dl_vlan"), ("dl_vlan=1,vlan_tci=0", "says again"),
      ("ip,nw_tos=1", "nw_tos=1"), ("ip,nw_tos=4,ip_dscp=1", "ip_dscp"), ("ip,nw_ttl=1/3", "nw_ttl"),
    ])
  func refusals(match: String, words: String) {
    #expect {
      _ = try translate(match)
    } throws: { error in
      (error as? FlowMatch.Problem)?.reason.contains(words) == true
    }
  }

  @Test("Only protocols over IPv6 are told with a remark")
  func remarks() throws {
    #expect(try translate("tcp6").remark?.contains("extension header") == true)
    #expect(try translate("ipv6").remark == nil)
    #expect(try translate("tcp").remark == nil)
  }
}

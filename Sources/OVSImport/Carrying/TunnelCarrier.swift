import MirrorModel
import NetworkTypes

/// Turns a tunnel interface of Open vSwitch into `output_tunnel` (ovs-vswitchd.conf.db(5), "Tunnel Options").
struct TunnelCarrier {
  let interface: OVSInterface
  /// How the mirror is named in notes.
  let record: String

  private var options: [String: String] { interface.options }
  private var label: String { "output_port \(Quotation.quote(interface.name))" }

  /// The options that are carried over, or that make no difference to what is sent.
  ///
  /// `df_default`: mirrorctl's tunnels fragment what is too long. `in_key`: nothing is taken from the collector.
  private static let understood: Set = [
    "remote_ip", "local_ip", "key", "out_key", "in_key", "tos", "ttl", "dst_port", "df_default", "packet_type",
    "erspan_ver", "erspan_idx", "erspan_dir", "erspan_hwid",
  ]

  /// - Returns: `nil` where nothing of profiles stands for the tunnel; a note says why.
  func tunnel(_ notes: inout Notes) -> TunnelOutput? {
    guard let remote = remote(&notes), let encapsulation = encapsulation(&notes) else { return nil }
    var output = TunnelOutput(encapsulation: encapsulation, remote: remote)
    output.local = local(remote, &notes)
    output.ttl = ttl(&notes)
    output.tos = tos(&notes)
    noteOthers(&notes)
    return output
  }

  private func remote(_ notes: inout Notes) -> IPAddress? {
    let text = options["remote_ip"] ?? ""
    if let address = IPAddress(text), address.isUnicast { return address }
    let reason =
      text == "flow"
      ? "has remote_ip=flow, so that only OpenFlow knows the collector; a profile needs its address"
      : "has remote_ip=\(Quotation.quote(text)), which is no unicast address; a profile needs one"
    notes.add(record, "\(label) \(reason); the mirror is left out")
    return nil
  }

  /// The kernel's geneve devices have no source address of their own.
  private func local(_ remote: IPAddress, _ notes: inout Notes) -> IPAddress? {
    guard let text = options["local_ip"] else { return nil }
    guard let address = IPAddress(text), address.isUnicast, address.octets.count == remote.octets.count,
      interface.type != "geneve"
    else {
      notes.add(
        record, "\(label) has local_ip=\(Quotation.quote(text)), which is left out; the routes choose the sender")
      return nil
    }
    return address
  }

  private func encapsulation(_ notes: inout Notes) -> TunnelOutput.Encapsulation? {
    if options["packet_type"] == "legacy_l3" {
      notes.add(
        record, "\(label) carries packets without Ethernet headers (packet_type=legacy_l3); copies now have them")
    }
    switch interface.type {
    case "gre", "ip6gre": return .gretap(key: key(upTo: UInt32.max, &notes))
    case "erspan", "ip6erspan": return .erspan(erspan(&notes))
    case "vxlan": return .vxlan(vni: key(upTo: 0xff_ffff, &notes) ?? 0, port: port(&notes))
    case "geneve": return .geneve(vni: key(upTo: 0xff_ffff, &notes) ?? 0, port: port(&notes))
    default:
      notes.add(
        record,
        "\(label) is a tunnel of type \(Quotation.escape(interface.type)); output_tunnel can be gretap, erspan, vxlan or "
          + "geneve; the mirror is left out")
      return nil
    }
  }

  /// What is sent: `out_key`, else `key`, which is for both directions.
  private func key(upTo highest: UInt32, _ notes: inout Notes) -> UInt32? {
    guard let name = ["out_key", "key"].first(where: { options[$0] != nil }), let text = options[name] else {
      return nil
    }
    if let number = CNumber.parse(text), let key = UInt32(exactly: number), key <= highest { return key }
    let reason =
      text == "flow" ? "which OpenFlow sets and a mirror leaves 0" : "which is no number up to \(highest)"
    notes.add(record, "\(label) has \(name)=\(Quotation.quote(text)), \(reason); 0 is sent")
    return 0
  }

  private func port(_ notes: inout Notes) -> UInt16? {
    guard let text = options["dst_port"] else { return nil }
    if let port = UInt16(text), port > 0 { return port }
    notes.add(record, "\(label) has dst_port=\(Quotation.quote(text)), which is no port; the usual one is taken")
    return nil
  }

  private func ttl(_ notes: inout Notes) -> UInt8? {
    guard let text = options["ttl"], text != "0" else { return nil }
    if let ttl = UInt8(text) { return ttl }
    notes.add(record, "\(label) has ttl=\(Quotation.quote(text)), which is left out; packets start with 64")
    return nil
  }

  private func tos(_ notes: inout Notes) -> UInt8? {
    guard let text = options["tos"] else { return nil }
    if let number = CNumber.parse(text), let tos = UInt8(exactly: number), tos & 3 == 0 { return tos == 0 ? nil : tos }
    notes.add(record, "\(label) has tos=\(Quotation.quote(text)), which is left out; packets have 0")
    return nil
  }

  private func noteOthers(_ notes: inout Notes) {
    for option in options.keys.sorted() where !Self.understood.contains(option) {
      if ["csum", "seq"].contains(option), options[option] != "true" { continue }
      let isSecret = ["psk", "remote_cert", "remote_name"].contains(option)
      let reason =
        isSecret
        ? "belongs to IPsec, which is not carried over: the copies would travel in the clear; set IPsec up for the collector"
        : "is not carried over"
      notes.add(record, "\(label): the option \(Quotation.quote(option)) \(reason)")
    }
  }
}

extension TunnelCarrier {
  /// The header of ERSPAN; Open vSwitch reads the index and the hardware ID as hexadecimal, with or without `0x`.
  private func erspan(_ notes: inout Notes) -> ERSPAN {
    let version = number("erspan_ver", radix: 10, in: 1...2, default: 1, &notes) ?? 1
    var erspan = ERSPAN(version: UInt8(version))
    erspan.sessionID = key(upTo: 1023, &notes).map(UInt16.init)
    switch version {
    case 1: erspan.index = number("erspan_idx", radix: 16, in: 0...0xf_ffff, default: 0, &notes).map(UInt32.init)
    default:
      erspan.direction = number("erspan_dir", radix: 10, in: 0...1, default: 0, &notes).map {
        $0 == 1 ? .egress : .ingress
      }
      erspan.hardwareID = number("erspan_hwid", radix: 16, in: 0...63, default: 0, &notes).map(UInt8.init)
    }
    return erspan
  }

  private func number(
    _ option: String, radix: Int, in range: ClosedRange<Int>, default standard: Int, _ notes: inout Notes
  ) -> Int? {
    guard let text = options[option] else { return nil }
    let digits = radix == 16 && text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
    if let number = Int(digits, radix: radix), range.contains(number) { return number }
    notes.add(record, "\(label) has \(option)=\(Quotation.quote(text)), which is left out; \(standard) is sent")
    return nil
  }
}

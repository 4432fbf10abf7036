/// What a namespace's kernel holds, as lines that can be compared: no statistics, ages, timers or interface indexes.
struct KernelDump: Equatable {
  private let lines: [String]

  init(of namespace: NetworkNamespace) throws {
    let links = try JSONValue(text: Command(["ip", "-json", "-details", "link"], in: namespace).succeed())
    let qdiscs = try Command(["tc", "qdisc", "show"], in: namespace).succeed()
    lines =
      try Self.describe(links: links)
      + Self.describe(qdiscs: qdiscs)
      + Self.filters(on: qdiscs, in: namespace)
      + Self.actions(in: namespace)
      + Self.bridgeTables(in: namespace)
  }

  /// The lines that were there before and are not now, and those that are new: empty where nothing changed.
  func changes(since before: KernelDump) -> [String] {
    lines.difference(from: before.lines).map { change in
      switch change {
      case .remove(_, let line, _): "- \(line)"
      case .insert(_, let line, _): "+ \(line)"
      }
    }
  }

  func contains(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

  /// The lines with a text in them.
  func lines(with text: String) -> [String] { lines.filter { $0.contains(text) } }

  private static func describe(links: JSONValue) -> [String] {
    let varying: Set = [
      "ifindex", "permaddr", "link_index", "bridge_id", "root_id", "message_age_timer", "root_path_cost", "root_port",
    ]
    return (links.elements ?? []).map { link in
      // An address that nobody chose is a random one.
      let kind = link["linkinfo"]?.text("info_kind")
      let hasRandomAddress = kind != "veth" && kind != "bridge"
      let kept = link.removing {
        varying.contains($0) || $0.hasSuffix("_timer") || $0.hasPrefix("topology_change")
          || hasRandomAddress && $0 == "address"
      }
      return "link \(link.text("ifname") ?? "?") \(kept)"
    }.sorted()
  }

  private static func describe(qdiscs: String) -> [String] {
    qdiscs.split(separator: "\n").map(String.init).sorted()
  }

  /// The chains and filters of every interface that can have any.
  private static func filters(on qdiscs: String, in namespace: NetworkNamespace) throws -> [String] {
    var lines: [String] = []
    for qdisc in qdiscs.split(separator: "\n") {
      let words = qdisc.split(separator: " ").map(String.init)
      guard words.count > 4, words[1] == "clsact" || words[1] == "ingress" else { continue }
      for hook in words[1] == "clsact" ? ["ingress", "egress"] : ["ingress"] {
        for object in ["chain", "filter"] {
          let text = try Command(["tc", object, "show", "dev", words[4], hook], in: namespace).succeed()
          lines += normalized(text).map { "\(object) \(words[4]) \(hook): \($0)" }
        }
      }
    }
    return lines.sorted { $0.prefix { $0 != ":" } < $1.prefix { $0 != ":" } }
  }

  /// All actions, those that no filter uses included; a kind that the kernel lacks has none.
  private static func actions(in namespace: NetworkNamespace) throws -> [String] {
    let kinds = ["bpf", "csum", "gact", "mirred", "pedit", "police", "sample", "skbedit", "tunnel_key", "vlan"]
    return try kinds.flatMap { kind in
      let text = try Command(["tc", "actions", "list", "action", kind], in: namespace).run().text
      return normalized(text).filter { !$0.hasPrefix("total acts") }.map { "action \(kind): \($0)" }
    }
  }

  private static func bridgeTables(in namespace: NetworkNamespace) throws -> [String] {
    let vlans = try Command(["bridge", "vlan", "show"], in: namespace).run().text
    let addresses = try Command(["bridge", "fdb", "show"], in: namespace).run().text
    return normalized(vlans).map { "vlan \($0)" }
      + normalized(addresses).filter { $0.contains("static") || $0.contains("permanent") }.map { "fdb \($0)" }.sorted()
  }

  /// Lines without the white space around and within them, and without the empty ones.
  private static func normalized(_ text: String) -> [String] {
    text.split(separator: "\n").map { line in
      line.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }.filter { !$0.isEmpty }
  }
}

import Testing

/// What a namespace's kernel holds, as lines that can be compared: no statistics, ages, timers or interface indexes.
struct KernelDump: Equatable {
  private let lines: [String]

  init(of namespace: NetworkNamespace) throws {
    let links = try JSONValue(text: Command(["ip", "-json", "-details", "link"], in: namespace).succeed())
    lines =
      try Self.describe(links: links)
      + Self.trafficControl(on: (links.elements ?? []).compactMap { $0.text("ifname") }.sorted(), in: namespace)
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

  /// Expects that a namespace's kernel holds what it held when this dump was made.
  func expectUnchanged(
    in namespace: NetworkNamespace, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let changes = try KernelDump(of: namespace).changes(since: self)
    #expect(changes == [], comment, sourceLocation: sourceLocation)
  }

  func contains(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

  /// The lines with a text in them.
  func lines(with text: String) -> [String] { lines.filter { $0.contains(text) } }

  private static func describe(links: JSONValue) -> [String] {
    let varying: Set = [
      "ifindex", "permaddr", "link_index", "bridge_id", "root_id", "message_age_timer", "root_path_cost", "root_port",
      "operstate",
    ]
    return (links.elements ?? []).map { link in
      // An address that nobody chose is a random one.
      let kind = link["linkinfo"]?.text("info_kind")
      let isOurs = link.text("ifalias")?.hasPrefix("mirrorctl:") ?? false
      let hasRandomAddress = isOurs || kind != "veth" && kind != "bridge"
      let kept = link.removing {
        varying.contains($0) || $0.hasSuffix("_timer") || $0.hasPrefix("topology_change")
          || hasRandomAddress && $0 == "address"
      }
      return "link \(link.text("ifname") ?? "?") \(kept)"
    }.sorted()
  }

  /// The qdiscs, the chains and filters of every hook, and all actions, those that no filter uses included.
  ///
  /// One run of tc answers all questions, for the sake of kernels where starting a program takes long. Before each
  /// question goes one whose answer is known and serves as a mark, apart from the first: `tc -batch` narrows `qdisc show` to
  /// the interface that the batch has named last. A hook that an interface does not have, and a kind of action that the
  /// kernel lacks, have nothing.
  private static func trafficControl(on devices: [String], in namespace: NetworkNamespace) throws -> [String] {
    var questions: [(name: String, command: String)] = []
    for device in devices {
      for hook in ["ingress", "egress"] {
        questions.append(("chain \(device) \(hook)", "chain show dev \(device) \(hook)"))
        questions.append(("filter \(device) \(hook)", "filter show dev \(device) \(hook)"))
      }
    }
    for kind in ["bpf", "csum", "gact", "mirred", "pedit", "police", "sample", "skbedit", "tunnel_key", "vlan"] {
      questions.append(("action \(kind)", "actions list action \(kind)"))
    }
    let batch = "qdisc show\n" + questions.map { "qdisc show dev lo\n\($0.command)\n" }.joined()
    let answers = try Command(["tc", "-force", "-batch", "-"], input: batch, in: namespace).run().text
    var position = -1
    var qdiscs: [String] = []
    var found: [[String]] = Array(repeating: [], count: questions.count)
    for line in normalized(answers) where !line.hasPrefix("total acts") && !line.hasPrefix("used_hw_stats") {
      if line.hasPrefix("qdisc noqueue 0: root") {
        position += 1
      } else if position < 0 {
        qdiscs.append(line)
      } else if questions.indices.contains(position) {
        found[position].append(withoutProgramID(line))
      }
    }
    guard position == questions.count - 1 else { throw SupportError("lo must be up in \(namespace)") }
    return qdiscs.sorted()
      + zip(questions, found).flatMap { question, lines in
        let isActions = question.name.hasPrefix("action ")
        return (isActions ? ActionLines(lines).lines : lines).map { "\(question.name): \($0)" }
      }
  }

  /// The kernel numbers the programs of `classifier bpf` anew each time that one is loaded.
  private static func withoutProgramID(_ line: String) -> String {
    let words = line.split(separator: " ")
    guard words.contains("bpf"), let position = words.firstIndex(of: "id") else { return line }
    return (words[..<position] + words[position...].dropFirst(2)).joined(separator: " ")
  }

  private static func bridgeTables(in namespace: NetworkNamespace) throws -> [String] {
    let tables = normalized(
      try Command(["bridge", "-batch", "-"], input: "vlan show\nfdb show\n", in: namespace).succeed())
    let addresses = tables.firstIndex { $0.dropFirst(2).hasPrefix(":") } ?? tables.endIndex
    // Only the first line of a port has its name, and ports come in the order of their indexes.
    var port = ""
    let memberships = tables[..<addresses].map { line in
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2, words[0].contains(where: \.isLetter) else { return "vlan \(port) \(line)" }
      port = String(words[0])
      return "vlan \(line)"
    }.sorted()
    return memberships
      + tables[addresses...].filter { $0.contains("static") || $0.contains("permanent") }.map { "fdb \($0)" }.sorted()
  }

  /// Lines without the white space around and within them, and without the empty ones.
  private static func normalized(_ text: String) -> [String] {
    text.split(separator: "\n").map { line in
      line.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }.filter { !$0.isEmpty }
  }
}

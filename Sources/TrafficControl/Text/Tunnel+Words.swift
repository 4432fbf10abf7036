import NetworkTypes

extension Tunnel {
  /// `type gretap remote …`, as `ip link add` takes it.
  var words: String { words(.creation) }

  /// The same as `ip link set` takes it.
  var changeWords: String { words(.change) }

  /// Where a vxlan device sends all frames, as `bridge fdb` takes it.
  var destinationWords: String? {
    guard case .vxlan(_, let port, _) = header, remote.isUnicast else { return nil }
    return "dst \(remote) port \(port)" + (underlay.map { " via \(ShellWord.quote($0))" } ?? "")
  }

  /// Gives a device its destination in place of a former one; for a moment it has both.
  func destinationCommands(for device: String, from old: Tunnel? = nil) -> [String] {
    func command(_ verb: String, _ words: String) -> String {
      "bridge fdb \(verb) 00:00:00:00:00:00 dev \(ShellWord.quote(device)) \(words)"
    }
    let former = old?.destinationWords
    guard let words = destinationWords, words != former else { return [] }
    return [command("append", words)] + (former.map { [command("del", $0)] } ?? [])
  }

  private enum Use { case creation, change }

  private func words(_ use: Use) -> String {
    (["type", linkKind] + headerWords(use)).joined(separator: " ")
  }

  private func headerWords(_ use: Use) -> [String] {
    switch header {
    case .gretap(let key): return ends + underlayWords + [key.map { "key \($0)" } ?? "nokey"] + greWords
    case .erspan(let header): return ends + underlayWords + header.words + greWords
    case .vxlan(let vni, _, let listening):
      let any = isV4 ? "0.0.0.0" : "::"
      let remote = use == .change ? ["remote \(any)"] : []
      let start = ["id \(vni)"] + remote + ["local \(local?.description ?? any)"]
      let link = local?.isLinkLocalV6 ?? false ? underlayWords : []
      let fixed = isV4 ? ["noudpcsum"] : ["noudp6zerocsumtx", "noudp6zerocsumrx"]
      return start + link + ["ttl \(ttl)", "tos \(hexadecimal(tos))", "nolearning", "df unset"]
        + (use == .creation ? ["dstport \(listening)"] + fixed : [])
    case .geneve(let vni, let port):
      let fixed = isV4 ? "noudpcsum" : "noudp6zerocsumtx"
      return ["id \(vni)", "remote \(remote)", "ttl \(ttl)", "tos \(hexadecimal(tos))", "df unset"]
        + (use == .creation ? ["dstport \(port)", fixed] : [])
    }
  }

  private var ends: [String] {
    ["remote \(remote)", "local \(local.map(\.description) ?? (isV4 ? "any" : "::"))"]
  }

  private var underlayWords: [String] { underlay.map { ["dev \(ShellWord.quote($0))"] } ?? [] }

  private var greWords: [String] {
    isV4
      ? ["ttl \(ttl)", "tos \(hexadecimal(tos))", "nopmtudisc", "ignore-df"]
      : ["hoplimit \(ttl)", "tclass \(hexadecimal(tos))", "encaplimit none"]
  }

  private func hexadecimal(_ value: UInt8) -> String { "0x\(String(value, radix: 16))" }
}

extension ERSPANHeader {
  fileprivate var words: [String] {
    switch self {
    case .typeI: ["nokey", "noseq", "erspan_ver 0"]
    case .typeII(let session, let index): ["key \(session)", "seq", "erspan_ver 1", "erspan \(index)"]
    case .typeIII(let session, let direction, let hardwareID):
      ["key \(session)", "seq", "erspan_ver 2", "erspan_dir \(direction)", "erspan_hwid \(hardwareID)"]
    }
  }
}

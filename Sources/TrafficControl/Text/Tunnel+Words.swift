import NetworkTypes

extension Tunnel {
  /// `type gretap remote …`, as `ip link add` takes it.
  var words: String { words(.creation) }

  /// What `ip link set` takes, one after the other.
  func changes(from old: Tunnel) -> [String] {
    guard case .vxlan(let vni, _) = header, underlay != old.underlay else { return [words(.change)] }
    return ["type vxlan id \(vni) remote \(isV4 ? "0.0.0.0" : "::")", words(.change)]
  }

  private enum Use { case creation, change }

  private func words(_ use: Use) -> String {
    (["type", linkKind] + headerWords(use)).joined(separator: " ")
  }

  private func headerWords(_ use: Use) -> [String] {
    switch header {
    case .gretap(let key): return ends + underlayWords + [key.map { "key \($0)" } ?? "nokey"] + greWords
    case .erspan(let header): return ends + underlayWords + header.words + greWords
    case .vxlan(let vni, let port):
      let start = ["id \(vni)", "remote \(remote)"] + (local.map { ["local \($0)"] } ?? [])
      let fixed = isV4 ? ["noudpcsum"] : ["noudp6zerocsumtx", "noudp6zerocsumrx"]
      return start + underlayWords + ["ttl \(ttl)", "tos \(hexadecimal(tos))", "nolearning", "df unset"]
        + (use == .creation ? ["dstport \(port)"] + fixed : [])
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

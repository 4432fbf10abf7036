import NetworkTypes

extension Device {
  var summary: String {
    "device \(name) \(kindWords)" + destination + (mtu.map { " mtu \($0)" } ?? "") + (offload == .off ? " tx off" : "")
      + (state == .down ? " down" : "")
  }

  var additionCommands: [String] {
    let mtuWords = mtu.map { " mtu \($0)" } ?? ""
    let create = "ip link add \(ShellWord.quote(name))\(mtuWords) \(kindWords)"
    let normalize = offload == .off ? [offloadCommand] : []
    return [create] + destinationCommands + normalize + interfaces.flatMap { quietCommands(ShellWord.quote($0)) }
  }

  func changeCommands(from old: Device) -> [String] {
    settingCommands(from: old)
      + (old.state == state ? [] : interfaces.map { "ip link set dev \(ShellWord.quote($0)) \(state.rawValue)" })
  }

  private func settingCommands(from old: Device) -> [String] {
    guard !hasSettings(of: old) else { return [] }
    let describe = interfaces.map {
      "ip link set dev \(ShellWord.quote($0))" + (mtu.map { " mtu \($0)" } ?? "") + " alias \(ShellWord.quote(alias))"
    }
    switch (old.kind, kind) {
    case _ where old.isUnfinished: return replacementCommands(of: old)
    case (.tunnel(let former), .tunnel(let tunnel)) where former.isChangeable(to: tunnel):
      return ["ip link set dev \(ShellWord.quote(name)) \(tunnel.changeWords)"]
        + tunnel.destinationCommands(for: name, from: former) + describe
    case (let former, let kind) where former == kind:
      return describe + (old.offload == offload ? [] : [offloadCommand])
    default: return replacementCommands(of: old)
    }
  }

  private func replacementCommands(of old: Device) -> [String] {
    ["ip link del dev \(ShellWord.quote(old.name))"] + additionCommands
  }

  /// Without checksums of its own a device gets no super-frames either, of TCP or of UDP.
  private var offloadCommand: String { "ethtool -K \(ShellWord.quote(name)) tx \(offload.rawValue)" }

  private func quietCommands(_ interface: String) -> [String] {
    [
      "ip link set dev \(interface) alias \(ShellWord.quote(alias)) addrgenmode none arp off multicast off",
      "ip link set dev \(interface) up",
    ]
  }

  private var destination: String {
    guard case .tunnel(let tunnel) = kind, let words = tunnel.destinationWords else { return "" }
    return " " + words
  }

  private var destinationCommands: [String] {
    if case .tunnel(let tunnel) = kind { tunnel.destinationCommands(for: name) } else { [] }
  }

  private var kindWords: String {
    switch kind {
    case .dummy: "type dummy"
    case .veth(let peer): "type veth peer name \(ShellWord.quote(peer))" + (mtu.map { " mtu \($0)" } ?? "")
    case .tunnel(let tunnel): tunnel.words
    }
  }
}

extension BridgePortFlags {
  /// `learning on flood off …`
  var words: String { floodWords + " " + proxyWords }

  private var floodWords: String {
    let names: [(BridgePortFlags, String)] = [
      (.learning, "learning"), (.unicastFlood, "flood"), (.multicastFlood, "mcast_flood"),
      (.broadcastFlood, "bcast_flood"),
    ]
    return names.map { "\($0.1) \(contains($0.0) ? "on" : "off")" }.joined(separator: " ")
  }

  private var proxyWords: String { "proxy_arp \(contains(.proxyARP) ? "on" : "off")" }

  func commands(for port: String) -> [String] {
    let name = ShellWord.quote(port)
    let flush = contains(.learning) ? "" : " fdb_flush"
    return [
      "bridge link set dev \(name) \(floodWords)", "ip link set dev \(name) type bridge_slave \(proxyWords)\(flush)",
    ]
  }
}

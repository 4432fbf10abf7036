import Glibc

/// Network namespaces of one test, removed with all that is in them when it ends.
final class Topology {
  private let prefix = "mc\(getpid())x\(Counter.next())"
  private var namespaces: [NetworkNamespace] = []

  /// Makes namespaces, one for each name, whose interfaces say nothing by themselves: no IPv6 unless asked for.
  func makeNamespaces(_ names: [String]) throws -> [NetworkNamespace] {
    let made = names.map { NetworkNamespace(name: "\(prefix)-\($0)") }
    namespaces += made
    try Command(["ip", "-batch", "-"], input: made.map { "netns add \($0)\n" }.joined()).succeed()
    for namespace in made {
      try namespace.setParameter("ipv6/conf/all/disable_ipv6", to: "1")
      try namespace.setParameter("ipv6/conf/default/disable_ipv6", to: "1")
    }
    return made
  }

  fileprivate func remove() throws {
    let lines = namespaces.map { "netns delete \($0)\n" }.joined()
    try Command(["ip", "-force", "-batch", "-"], input: lines).succeed()
  }
}

/// Gives a test a topology of its own and takes it away again, also after a failure.
func withTopology<Result>(_ body: (Topology) throws -> Result) throws -> Result {
  let topology = Topology()
  let result: Result
  do {
    result = try body(topology)
  } catch {
    try? topology.remove()
    throw error
  }
  try topology.remove()
  return result
}

extension NetworkNamespace {
  /// Gives interfaces IPv6 without letting them speak by themselves: no link-local address, so no router solicitations, and no
  /// ARP or neighbour discovery, so no group of which MLD would tell at random moments (RFC 3810).
  ///
  /// Addresses need `nodad`, and neighbours have to be given.
  func enableIPv6(on interfaces: String...) throws {
    for interface in interfaces {
      try ip("link set dev \(interface) addrgenmode none arp off")
      try setParameter("ipv6/conf/\(interface)/disable_ipv6", to: "0")
    }
  }

  /// Runs lines of ip(8), as `ip -batch` takes them.
  func ip(_ lines: String...) throws {
    try Command(["ip", "-batch", "-"], input: lines.joined(separator: "\n") + "\n", in: self).succeed()
  }

  /// Runs lines of tc(8), as `tc -batch` takes them.
  func tc(_ lines: String...) throws {
    try Command(["tc", "-batch", "-"], input: lines.joined(separator: "\n") + "\n", in: self).succeed()
  }

  /// Runs lines of bridge(8), as `bridge -batch` takes them.
  func bridge(_ lines: String...) throws {
    try Command(["bridge", "-batch", "-"], input: lines.joined(separator: "\n") + "\n", in: self).succeed()
  }

  /// Waits until every interface that is up passes frames: the queue is attached, and the bridge port forwards.
  ///
  /// Interfaces whose other end is down never will, so name them.
  func awaitForwarding(except excluded: Set<String> = []) throws {
    try Deadline.after(.seconds(60)).wait(for: "the ports of \(name) to forward") {
      let links = try JSONValue(text: Command(["ip", "-json", "-details", "link"], in: self).succeed())
      return (links.elements ?? []).allSatisfy { link in
        let kind = link["linkinfo"]?["info_kind"]?.text
        guard kind == "veth" || kind == "bridge", link.text("ifname").map({ !excluded.contains($0) }) ?? false,
          link["flags"]?.elements?.contains(.string("UP")) ?? false
        else { return true }
        let state = link["linkinfo"]?["info_slave_data"]?["state"]?.text ?? "forwarding"
        return link.text("operstate") == "UP" && state == "forwarding"
      }
    }
  }
}

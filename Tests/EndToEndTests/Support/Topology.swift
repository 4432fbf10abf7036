import Glibc

/// Network namespaces of one test, removed with all that is in them when it ends.
final class Topology {
  private let prefix = "mc\(getpid())x\(Counter.next())"
  private var namespaces: [NetworkNamespace] = []

  /// Makes namespaces, one for each name, whose interfaces say nothing by themselves: no IPv6 unless asked for, and no IGMP report of
  /// a bridge that snoops and has joined All-Snoopers (RFC 4286), which would come at a random moment.
  func makeNamespaces(_ names: [String]) throws -> [NetworkNamespace] {
    try names.map { name in
      let namespace = NetworkNamespace(name: "\(prefix)-\(name)")
      try namespace.make()
      namespaces.append(namespace)
      try namespace.setParameter("ipv6/conf/all/disable_ipv6", to: "1")
      try namespace.setParameter("ipv6/conf/default/disable_ipv6", to: "1")
      try namespace.setParameter("ipv4/igmp_link_local_mcast_reports", to: "0")
      return namespace
    }
  }

  fileprivate func remove() throws {
    for namespace in namespaces { try namespace.remove() }
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
    try run("ip", interfaces.map { "link set dev \($0) addrgenmode none arp off" })
    for interface in interfaces { try setParameter("ipv6/conf/\(interface)/disable_ipv6", to: "0") }
  }

  /// Runs lines of ip(8), as `ip -batch` takes them.
  func ip(_ lines: String...) throws { try run("ip", lines) }

  /// Runs lines of tc(8), as `tc -batch` takes them.
  func tc(_ lines: String...) throws { try run("tc", lines) }

  /// Runs lines of bridge(8), as `bridge -batch` takes them.
  func bridge(_ lines: String...) throws { try run("bridge", lines) }

  /// Runs lines of a program of iproute2, all by one start of it: a start is what takes long.
  func run(_ program: String, _ lines: [String]) throws {
    try Command([program, "-batch", "-"], input: lines.joined(separator: "\n") + "\n", in: self).succeed()
  }

  /// The kernel tells of a tun device that no program reads a moment after it has been made.
  func awaitNoCarrier(of device: String) throws {
    try Deadline.after(.seconds(60)).wait(for: "\(device) to have no carrier") {
      try Command(["ip", "link", "show", "dev", device], in: self).succeed().contains("NO-CARRIER")
    }
  }

  /// Waits until every interface that is up passes frames: the queue is attached, and the bridge port forwards.
  ///
  /// Interfaces whose other end is down never will, so name them.
  func awaitForwarding(except excluded: Set<String> = []) throws {
    let monitor = try LinkMonitor(of: self)
    let deadline = Deadline.after(.seconds(60))
    while try !monitor.links().allSatisfy({ excluded.contains($0.name) || $0.isForwarding }) {
      guard try monitor.awaitChange(until: deadline) else {
        throw SupportError("waited in vain for the ports of \(name) to forward")
      }
    }
  }
}

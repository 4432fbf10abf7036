import CMnl
import Glibc
import TrafficControl

extension LinuxKernel {
  public func snapshot(of interfaces: Set<UInt32>) throws(KernelError) -> HostSnapshot {
    let indexes = interfaces.sorted()
    let links = try answers(to: indexes.map(LinkRequest.find), "ip link show", LinkRecord.init)
    for index in indexes { table.remove(index) }
    for case let link? in links { table.insert(link.name, link.index) }
    let present = links.compactMap(\.?.index)
    var assembly = SnapshotAssembly(links: links.compactMap(\.self), among: table)
    assembly.qdiscs = try answers(to: present.map(QdiscRequest.find), "tc qdisc show", QdiscRecord.init).compactMap(
      \.self)
    try complete(&assembly)
    return assembly.snapshot
  }

  /// Asks for one object with each message.
  ///
  /// - Returns: an object for each message; `nil` where the kernel has none.
  private func answers<Value>(
    to messages: [MessageBuilder], _ request: String,
    _ decode: (ArraySlice<UInt8>) throws(MalformedMessage) -> Value
  ) throws(KernelError) -> [Value?] {
    try socket.asking(request) { () throws(NetlinkFailure) in
      var values: [Value?] = []
      for outcome in try socket.requestAll(messages) {
        switch outcome {
        case .done(let replies):
          do throws(MalformedMessage) {
            values.append(try replies.first.map { message throws(MalformedMessage) in try decode(message.payload) })
          } catch { throw NetlinkFailure(error) }
        case .refused(let failure):
          guard [ENODEV, ENOENT, EINVAL].contains(failure.errno) else { throw failure }
          values.append(nil)
        case .unknown: throw NetlinkFailure(errno: EBADMSG)
        }
      }
      return values
    }
  }
}

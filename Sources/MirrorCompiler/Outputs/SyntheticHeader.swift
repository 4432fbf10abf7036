import NetworkTypes
import TrafficControl

/// Gives copies of packets without an Ethernet header one, on the stage where they arrive.
struct SyntheticHeader {
  let workshop: Workshop

  /// Locally administered addresses that no interface has.
  private static let destination = MACAddress(0x0200_0000_0002)
  private static let source = MACAddress(0x0200_0000_0001)

  func filters() throws(Finding) -> [StageFilter] {
    try workshop.require(.ethernetHeader, for: "sources without Ethernet headers")
    let push = workshop.action(
      Role.ethernetHeader, .vlan(.pushEthernet(destination: Self.destination, source: Self.source)), .continue)
    let packets = [EtherType.ipv4, .ipv6].map {
      StageFilter(frameProtocol: $0, classifier: .matchall, actions: [push])
    }
    return Self.internetProtocols.map { [StageFilter(classifier: .bpf($0))] + packets } ?? packets
  }

  /// Drops what is neither IPv4 nor IPv6.
  private static var internetProtocols: BPFProgram? {
    var assembler = BPFAssembler()
    let pass = assembler.newLabel()
    assembler.loadMetadata(.protocol)
    assembler.jump(ifEqual: UInt32(EtherType.ipv4.rawValue), to: pass)
    assembler.jump(ifEqual: UInt32(EtherType.ipv6.rawValue), to: pass)
    assembler.finish(UInt32(bitPattern: Control.drop.rawValue))
    assembler.place(pass)
    assembler.finish(UInt32(bitPattern: Control.continue.rawValue))
    return assembler.assemble(result: .verdict)
  }
}

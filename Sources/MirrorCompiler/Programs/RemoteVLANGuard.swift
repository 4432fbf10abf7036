import NetworkTypes
import TrafficControl

/// The programs that keep frames out of a VLAN that is not theirs to enter.
enum RemoteVLANGuard {
  /// Group addresses that no bridge forwards, as Open vSwitch lists them: first and last of each run (IEEE 802.1D table 7-10;
  /// Cisco ISL, CDP and kin, PVST+, uplink fast, CFM; Extreme EDP and EAPS).
  private static let reserved: [ClosedRange<UInt64>] = [
    0x00e0_2b00_0000...0x00e0_2b00_0000,
    0x00e0_2b00_0004...0x00e0_2b00_0004,
    0x00e0_2b00_0006...0x00e0_2b00_0006,
    0x0100_0c00_0000...0x0100_0c00_0000,
    0x0100_0ccc_ccc0...0x0100_0ccc_ccc7,
    0x0100_0ccc_cccc...0x0100_0ccc_cccd,
    0x0100_0ccd_cdcd...0x0100_0ccd_cdcd,
    0x0180_c200_0000...0x0180_c200_000f,
  ]

  /// The tags that show a frame to be in a remote VLAN. Where the VLAN's own tags are 802.1Q tags, copies of frames with a
  /// service tag keep its type.
  static func protocols(of tagProtocol: EtherType) -> TagProtocols {
    tagProtocol == .dot1Q ? .any : .only(tagProtocol)
  }

  /// Drops what must not be sent into the VLAN: frames that are in it already, and frames to reserved addresses.
  ///
  /// - Parameter tagProtocol: the type of the VLAN's tags.
  static func program(vlan: UInt16, tagProtocol: EtherType) -> BPFProgram? {
    var assembler = BPFAssembler()
    let drop = assembler.newLabel()
    let ordinary = assembler.newLabel()
    emitDestination(into: &assembler, reserved: drop, ordinary: ordinary)
    assembler.place(ordinary)
    let inData = assembler.newLabel()
    let pass = assembler.newLabel()
    let compare = assembler.newLabel()
    let tagInData = assembler.newLabel()
    assembler.loadMetadata(.vlanTagPresent)
    assembler.jump(ifEqual: 0, to: inData)
    let protocols = protocols(of: tagProtocol)
    if case .only(let type) = protocols {
      assembler.loadMetadata(.vlanProtocol)
      assembler.jump(unlessEqual: UInt32(type.rawValue), to: pass)
    }
    assembler.loadMetadata(.vlanTag)
    assembler.jump(to: compare)
    assembler.place(inData)
    assembler.loadHalf(at: 12)
    for type in protocols.types.dropLast() { assembler.jump(ifEqual: UInt32(type.rawValue), to: tagInData) }
    for type in protocols.types.suffix(1) { assembler.jump(unlessEqual: UInt32(type.rawValue), to: pass) }
    assembler.place(tagInData)
    assembler.loadHalf(at: 14)
    assembler.place(compare)
    assembler.and(0x0fff)
    assembler.jump(ifEqual: UInt32(vlan), to: drop)
    assembler.place(pass)
    assembler.finish(UInt32(bitPattern: Control.continue.rawValue))
    assembler.place(drop)
    assembler.finish(UInt32(bitPattern: Control.drop.rawValue))
    return assembler.assemble(result: .verdict)
  }

  /// Most frames take one load and a comparison or two: their addresses start with none of the words that reserved ones do.
  private static func emitDestination(
    into assembler: inout BPFAssembler, reserved drop: BPFAssembler.Label, ordinary: BPFAssembler.Label
  ) {
    let groups = Dictionary(grouping: reserved) { UInt32($0.lowerBound >> 16) }.sorted { $0.key < $1.key }
    guard let first = groups.first?.key, let last = groups.last?.key else { return }
    assembler.loadWord(at: 0)
    assembler.jump(ifGreater: last, to: ordinary)
    assembler.jump(unlessAtLeast: first, to: ordinary)
    let rests = groups.map { word, runs in
      let rest = assembler.newLabel()
      assembler.jump(ifEqual: word, to: rest)
      return (rest, runs)
    }
    assembler.jump(to: ordinary)
    for (rest, runs) in rests {
      assembler.place(rest)
      assembler.loadHalf(at: 4)
      for run in runs { emitTest(of: run, into: &assembler, drop: drop) }
      assembler.jump(to: ordinary)
    }
  }

  /// Tests the last two bytes of an address.
  private static func emitTest(
    of run: ClosedRange<UInt64>, into assembler: inout BPFAssembler, drop: BPFAssembler.Label
  ) {
    let next = assembler.newLabel()
    assembler.jump(ifGreater: UInt32(run.upperBound & 0xffff), to: next)
    assembler.jump(ifAtLeast: UInt32(run.lowerBound & 0xffff), to: drop)
    assembler.place(next)
  }
}

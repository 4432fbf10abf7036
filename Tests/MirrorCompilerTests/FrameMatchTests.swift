import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

@Suite("S5: programs that match sets of VLANs")
struct FrameMatchTests {
  private typealias Tags = FrameMatch.Tags

  private static let sets: [(name: String, vlans: VLANSet)] = [
    ("none", .empty), ("all", .all), ("0", VLANSet([0])), ("1", VLANSet([1])), ("4094", VLANSet([4094])),
    ("4095", VLANSet([4095])), ("10, 20-29", VLANSet([10] + Array(20...29))), ("0-4094", VLANSet(0...4094)),
    ("1-4095", VLANSet(1...4095)), ("all but 2", VLANSet.all.subtracting(VLANSet([2]))),
    ("all but two runs", VLANSet.all.subtracting(VLANSet(Array(100...200) + [4000]))),
    ("1000 odd ones", VLANSet(stride(from: 1, to: 2001, by: 2))),
    ("all odd ones", VLANSet(stride(from: 1, to: 4096, by: 2))),
    ("scattered", VLANSet(stride(from: 0, to: 4096, by: 3)).union(VLANSet(1000...1100))),
  ]

  /// The same read from the definition, frame by frame.
  private func isMeant(_ frame: Frame, _ tags: FrameMatch.Tags) -> Bool {
    guard let tag = frame.outerTag, tags.protocols.contains(tag.tagProtocol) else {
      return tags.untagged
    }
    return tag.vlan == 0 ? tags.priorityTagged : tags.tagged.contains(tag.vlan)
  }

  private func check(_ tags: FrameMatch.Tags, _ name: String, stride: Int = 1) throws {
    let program = try #require(FrameMatch(tags: tags).program, "\(name)")
    #expect(BPFMachine.flaw(in: program) == nil, "\(name)")
    var wrong: [String] = []
    for number in Swift.stride(from: 0, to: Self.frames.count, by: stride) {
      let frame = Self.frames[number]
      guard (BPFMachine.run(program, on: frame) == 0xffff_ffff) != isMeant(frame, tags) else { continue }
      wrong.append("\(frame.outerTag.map { "\($0)" } ?? "untagged")")
    }
    #expect(wrong.isEmpty, "\(name): \(wrong.count) of \(Self.frames.count), first \(wrong.first ?? "")")
  }

  /// Every VLAN ID as a tag in metadata and as a tag in the bytes, of both protocols, and no tag.
  private static let frames: [Frame] =
    [.ethernet(), .ethernet(type: EtherType(rawValue: 0x0600))]
    + (UInt16(0)..<4096).flatMap { vlan -> [Frame] in
      [EtherType.dot1Q, .dot1AD].flatMap { type -> [Frame] in
        let tag = Frame.Tag(vlan, priority: vlan % 8, tagProtocol: type)
        var metadata = Frame.ethernet()
        metadata.tag = tag
        return [metadata, .ethernet(tagsInData: [tag])]
      }
    }

  private static let protocols: [TagProtocols] = [.any, .only(.dot1Q), .only(.dot1AD)]

  @Test(
    "S5, S45: all VLAN IDs, tagged in metadata and in the bytes, untagged and with a priority only", arguments: sets)
  func allTags(name: String, vlans: VLANSet) throws {
    for protocols in Self.protocols {
      for (untagged, priority) in [(false, false), (true, false), (false, true)] {
        try check(
          Tags(tagged: vlans, untagged: untagged, priorityTagged: priority, protocols: protocols),
          "\(name), \(protocols), \(untagged) \(priority)", stride: priority ? 1 : 13)
      }
    }
  }

  @Test("S5: a range of 4,000 VLANs is one short program; the worst set is a table")
  func sizes() throws {
    func size(_ vlans: VLANSet) -> Int? {
      FrameMatch(tags: Tags(tagged: vlans, untagged: false, priorityTagged: false, protocols: .any))
        .program?.instructions.count
    }
    #expect(try #require(size(VLANSet(50...4049))) < 30)
    #expect(try #require(size(VLANSet.all.subtracting(VLANSet([7])))) < 30)
    let odd = VLANSet(stride(from: 1, to: 4096, by: 2))
    #expect(try #require(size(odd)) < 450)
  }

  @Test("S5, S45: random sets, random frames")
  func random() throws {
    var generator = SeededGenerator(usual: 21)
    for round in 0..<15 {
      var vlans = VLANSet.empty
      for _ in 0..<generator.number(below: 40) {
        let low = UInt16(generator.number(below: 4096))
        vlans = vlans.union(VLANSet(low...min(4095, low + UInt16(generator.number(below: 90)))))
      }
      try check(
        Tags(
          tagged: vlans, untagged: generator.happens(oneIn: 2), priorityTagged: generator.happens(oneIn: 2),
          protocols: Self.protocols[generator.number(below: 3)]), "round \(round)")
    }
  }

  @Test("A frame of 14 bytes that claims a tag it does not have is matched by nothing")
  func runt() throws {
    let tags = Tags(tagged: .all, untagged: true, priorityTagged: false, protocols: .any)
    let program = try #require(FrameMatch(tags: tags).program)
    #expect(BPFMachine.run(program, on: .ethernet(type: .dot1Q)) == 0)
  }

  @Test("S27: the flooding program leaves out what no bridge forwards")
  func flooded() throws {
    let tags = Tags(tagged: VLANSet([111]), untagged: false, priorityTagged: false, protocols: .only(.dot1Q))
    let program = try #require(FrameMatch(tags: tags).flooded)
    #expect(BPFMachine.flaw(in: program) == nil)
    func isHit(_ destination: UInt64, vlan: UInt16) -> Bool {
      var frame = Frame.ethernet(to: destination)
      frame.tag = Frame.Tag(vlan)
      return BPFMachine.run(program, on: frame) != 0
    }
    for last in UInt64(0)...15 { #expect(!isHit(0x0180_c200_0000 + last, vlan: 111)) }
    for destination: UInt64 in [0x0180_c200_0010, 0x0180_c1ff_ffff, 0x0180_c201_0000, 0xffff_ffff_ffff, 2] {
      #expect(isHit(destination, vlan: 111))
      #expect(!isHit(destination, vlan: 110))
    }
  }

  @Test("S27, S45: on a service bridge it takes the reserved addresses that such a bridge forwards")
  func floodedServiceVLAN() throws {
    let tags = Tags(tagged: VLANSet([111]), untagged: false, priorityTagged: false, protocols: .only(.dot1AD))
    let program = try #require(FrameMatch(tags: tags).flooded)
    #expect(BPFMachine.flaw(in: program) == nil)
    let taken = (UInt64(0)...16).filter { last in
      var frame = Frame.ethernet(to: 0x0180_c200_0000 + last)
      frame.tag = Frame.Tag(111, tagProtocol: .dot1AD)
      return BPFMachine.run(program, on: frame) != 0
    }
    #expect(taken == [0, 0xb, 0xc, 0xd, 0xf, 0x10])
  }
}

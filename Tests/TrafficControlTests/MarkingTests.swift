import NetworkTypes
import Testing
import TrafficControl

@Suite("S41: the mark of copies")
struct MarkingTests {
  @Test("A mark is read as ip(8) has it, decimal or hexadecimal, with a mask or without")
  func words() throws {
    let usual = try #require(PacketMark("0x0d000000/0xff000000"))
    #expect(usual == .usual)
    #expect(usual.description == "0xd000000/0xff000000")
    #expect(PacketMark(usual.description) == usual)
    #expect(PacketMark("7") == PacketMark(7, mask: .max))
    #expect(PacketMark("0x7")?.description == "0x7")
    for text in [
      "", "0", "0x", "/", "1/", "/1", "2/1", "0/0", "-1", "+1", "0x1_0", "4294967296", "1/1/1", "0x1/0xg", " 1",
    ] {
      #expect(PacketMark(text) == nil, "\(text)")
    }
  }

  /// A change of the program needs another revision, or programs of before would be taken for it.
  @Test("Revision 1 is this program: it sets the whole mark and matches nothing")
  func bytes() throws {
    #expect(Marking.currentRevision == 1)
    let marking = Marking(.usual)
    let expected: [ExtendedInstruction] = [
      .init(0xb4, .r2, immediate: 0x0d00_0000), .init(0x63, .r1, .r2, offset: 8), .init(0xb7), .init(0x95),
    ]
    #expect(marking.instructions == expected)
    let edit = FrameEdit.mark(marking)
    #expect(edit.name == "mark_d000000:[v1]")
    #expect(FrameEdit(name: edit.name) == edit)
    for name in [
      "mark_:[v1]", "mark_0d000000:[v1]", "mark_D000000:[v1]", "mark_100000000:[v1]", "mark_1", "mark_-1:[v1]",
    ] {
      #expect(FrameEdit(name: name) == nil, "\(name)")
    }
  }
}

import TestSupport
import Testing
import TrafficControl

@Suite("S16: the program that cuts copies")
struct TruncationTests {
  @Test("A name carries the length and the revision, and only names of that form are read")
  func names() {
    let edit = FrameEdit.cut(Truncation(length: 96))
    #expect(edit.name == "snaplen_96:[v1]")
    #expect(FrameEdit(name: edit.name) == edit)
    #expect(FrameEdit(name: "snaplen_65535:[v9]") == .cut(Truncation(length: 65535, revision: 9)))
    for name in [
      "", "snaplen_96", "snaplen_96:[v1", "snaplen_96:[v]", "snaplen_096:[v1]", "snaplen_+96:[v1]",
      "snaplen_65536:[v1]",
      "snaplen_96:[*fsobj]", "cls.o:[tc]", ":[v1]", "snaplen_96:[v1]:", "snaplen_-1:[v1]",
    ] { #expect(FrameEdit(name: name) == nil, "\(name)") }
  }

  /// A change of the program needs another revision, or programs of before would be taken for it.
  @Test("Revision 1 is this program")
  func bytes() {
    #expect(Truncation.currentRevision == 1)
    let code = Truncation(length: 1000).instructions
    let expected: [ExtendedInstruction] = [
      .init(0xbf, .r6, .r1), .init(0xb7, .r7, immediate: 1000), .init(0x61, .r2, .r6, offset: 20),
      .init(0x15, .r2, offset: 1), .init(0xb7, .r7, immediate: 996), .init(0x61, .r2, .r6),
      .init(0xbd, .r2, .r7, offset: 5), .init(0xbf, .r1, .r6), .init(0xbf, .r2, .r7), .init(0xb7, .r3),
      .init(0x85, immediate: 38), .init(0x15, .r0), .init(0xb7, .r0), .init(0x95),
    ]
    #expect(code == expected)
    #expect(code[0].bytes == [0xbf, 0x16, 0, 0, 0, 0, 0, 0])
    #expect(code[4].bytes == [0xb7, 7, 0, 0, 0xe4, 3, 0, 0])
    #expect(code[6].bytes == [0xbd, 0x72, 5, 0, 0, 0, 0, 0])
  }

  @Test("It cuts at the length, counts a tag in metadata, and leaves what is not longer alone")
  func cutting() {
    for length in [UInt16(14), 18, 60, 96, 255, 1000, 65535] {
      let program = Truncation(length: length).instructions
      for (frame, hasTag) in [(20, false), (20, true), (1500, false), (1500, true), (70_000, true)] {
        let tag = hasTag ? 4 : 0
        let kept = max(Int(length) - tag, 14)
        let result = ExtendedMachine.run(program, length: frame, hasTag: hasTag, shortest: 14)
        #expect(result == min(frame, kept), "\(length) \(frame) \(hasTag)")
      }
    }
  }

  @Test("Where the kernel needs more, it takes the next length that the kernel accepts, or leaves the frame whole")
  func fallback() {
    let program = Truncation(length: 20).instructions
    for (shortest, kept) in [(14, 20), (34, 34), (42, 42), (50, 52), (72, 72), (94, 128), (200, 256), (300, 1500)] {
      #expect(ExtendedMachine.run(program, length: 1500, hasTag: false, shortest: shortest) == kept)
    }
    #expect(ExtendedMachine.run(program, length: 40, hasTag: false, shortest: 38) == 40)
    let long = Truncation(length: 300).instructions
    #expect(ExtendedMachine.run(long, length: 1500, hasTag: false, shortest: 400) == 1500)
  }
}

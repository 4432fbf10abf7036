import TestSupport
import Testing
import TrafficControl

@Suite("Cookies")
struct CookieTests {
  private static let contents: [Cookie.Content] =
    [
      .step, .counterWithHeader, .counterWithoutHeader, .delivery, .packetCounter, .byteCounterWithHeader,
      .byteCounterWithoutHeader,
    ].map { .object($0, owner: 0x0123_4567_89ab_cdef) } + [
      .object(.step, owner: 0), .object(.step, owner: .max), .object(.stepWithSecondRecord, owner: 5),
      .page(Array("twelve bytes".utf8)), .page([0x7b]),
      .page([]), .reservation(former: [.learning, .broadcastFlood], interfaceIndex: 0xffff_fffe),
      .reservation(former: [], interfaceIndex: 0),
      .program(ProgramMark(id: 1, hash: 0xffff_ffff, seed: 0x8000_0000)),
      .program(ProgramMark(id: .max, hash: 0, seed: 0)),
    ]

  @Test("A cookie is read back as it was written, in 16 bytes", arguments: contents)
  func roundTrip(content: Cookie.Content) {
    let cookie = Cookie(content)
    #expect(cookie.bytes.count == 16)
    #expect(Cookie(bytes: cookie.bytes) == cookie)
    #expect(cookie.hex.count == 32)
  }

  @Test("The bytes of each type stay what they are: kernels hold them across upgrades")
  func layout() {
    #expect(Cookie(.object(.delivery, owner: 0x0102_0304_0506_0708)).hex == "6d63746f030000000102030405060708")
    #expect(Cookie(.page(Array("{\"a\"".utf8))).hex == "6d6374727b2261220000000000000000")
    #expect(
      Cookie(.reservation(former: [.learning, .multicastFlood], interfaceIndex: 258)).hex
        == "6d637470050000000000000000000102")
    #expect(
      Cookie(.program(ProgramMark(id: 0x0102_0304, hash: 0x0506_0708, seed: 0x090a_0b0c))).hex
        == "6d6374740102030405060708090a0b0c")
  }

  @Test("S36: a cookie of another tool, of another type or of another length is not ours")
  func foreign() {
    let own = Cookie(.object(.step, owner: 1)).bytes
    #expect(Cookie(bytes: []) == nil)
    #expect(Cookie(bytes: Array(own.prefix(15))) == nil)
    #expect(Cookie(bytes: own + [0]) == nil)
    for position in 0..<3 {
      var changed = own
      changed[position] ^= 0x20
      #expect(Cookie(bytes: changed) == nil)
    }
    var type = own
    type[3] = UInt8(ascii: "x")
    #expect(Cookie(bytes: type) == nil)
    var role = own
    role[4] = 7
    #expect(Cookie(bytes: role) == nil)
  }

  @Test("S36: random bytes are refused or stand for what was read")
  func random() {
    var generator = SeededGenerator(usual: 5)
    for _ in 0..<2000 {
      var bytes = (0..<16).map { _ in UInt8(generator.number(below: 256)) }
      if generator.happens(oneIn: 2) { bytes.replaceSubrange(0..<4, with: Array("mcto".utf8)) }
      if generator.happens(oneIn: 8) { bytes.replaceSubrange(0..<4, with: Array("mctt".utf8)) }
      guard let cookie = Cookie(bytes: bytes) else { continue }
      #expect(Cookie(bytes: cookie.bytes) == cookie)
    }
  }
}

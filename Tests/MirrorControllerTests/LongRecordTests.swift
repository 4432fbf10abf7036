import MirrorController
import MirrorModel
import TestSupport
import Testing

@Suite("What a mirror takes to remember")
struct LongRecordTests {
  private func profile(ports: [String]) throws -> Profile {
    try Lab.profile("{name: long, select_src_port: [\(ports.joined(separator: ", "))], output_port: eth1}")
  }

  @Test("A long list of ports is remembered as long as it fits when it is packed")
  func packed() throws {
    let lab = Lab()
    let long = try profile(ports: (0..<6000).map { "tap\(10_000 + $0)" })
    _ = try lab.controller.apply(.apply([long]))
    #expect(try lab.controller.observe().profiles.map(\.mirrors) == [long.mirrors])
    let pages = lab.kernel.host.own.actions.keys.count { $0.index >= 0x6000_0000 }
    #expect((1...4096).contains(pages))
    #expect(lab.installed == ["lab": ["long"]])
  }

  @Test("A list that does not fit is refused, with what it takes and what to do")
  func tooLong() throws {
    var generator = SeededGenerator(usual: 3)
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    let names = (0..<4000).map { _ in
      "x" + String((0..<14).map { _ in letters[generator.number(below: letters.count)] })
    }
    let lab = Lab()
    let long = try profile(ports: names)
    do throws(ApplyError) {
      _ = try lab.controller.apply(.apply([long]))
      Issue.record("it was taken")
    } catch {
      guard case .refused(let findings) = error, let message = findings.first?.message else { throw error }
      #expect(message.contains("bytes to remember, and the kernel holds 49151: use patterns"), "\(message)")
    }
    #expect(lab.picture == Lab().picture)
  }
}

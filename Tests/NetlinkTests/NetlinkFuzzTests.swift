import CMnl
import TestSupport
import Testing

@testable import Netlink

/// Whatever the kernel, or somebody in its place, might send is read or refused.
@Suite("Fuzz: netlink messages")
struct NetlinkFuzzTests {
  private static func payload(using generator: inout SeededGenerator) throws -> ArraySlice<UInt8> {
    let captures = RobustnessTests.captures
    let payloads = try captures[generator.number(below: captures.count)].payloads
    return payloads[generator.number(below: payloads.count)]
  }

  @Test("Damaged messages")
  func damaged() {
    let failures = FuzzRun("damaged messages", rounds: 2500).failures { generator in
      EveryReader.read(payload: AttributeMutation.mutate(try Self.payload(using: &generator), using: &generator)[...])
      return nil
    }
    #expect(failures == [])
  }

  @Test("Damaged datagrams")
  func datagrams() {
    let failures = FuzzRun("damaged datagrams", rounds: 1500).failures { generator in
      let captures = RobustnessTests.captures
      let bytes = captures[generator.number(below: captures.count)].bytes
      let part = bytes.prefix(1 + generator.number(below: min(bytes.count, 3000)))
      EveryReader.read(datagram: AttributeMutation.mutate(part, using: &generator)[...])
      return nil
    }
    #expect(failures == [])
  }

  @Test("Bytes that mean nothing")
  func bytes() {
    let failures = FuzzRun("random messages", rounds: 5000).failures { generator in
      let bytes = (0..<generator.number(below: 200)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      EveryReader.read(datagram: bytes[...])
      EveryReader.read(payload: bytes[...])
      return nil
    }
    #expect(failures == [])
  }

  @Test("Answers to requests with any error, flags and attributes behind them")
  func answers() {
    let failures = FuzzRun("answers", rounds: 5000).failures { generator in
      var body = (0..<20).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      if generator.happens(oneIn: 2) { (body[4], body[5], body[6], body[7]) = (16, 0, 0, 0) }
      let count = generator.number(below: 40)
      body += [UInt8(4 + count), 0, UInt8(generator.number(below: 6)), 0]
      body += (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      let flags = [0, NLM_F_CAPPED, NLM_F_ACK_TLVS, NLM_F_CAPPED | NLM_F_ACK_TLVS][generator.number(below: 4)]
      let message = ReceivedMessage(type: Int(NLMSG_ERROR), flags: flags, sequence: 1, payload: body[...])
      if let answer = try? Acknowledgement(error: message), answer.errno < 0 { return "errno \(answer.errno)" }
      if let answer = try? Acknowledgement(done: message), answer.errno < 0 { return "errno \(answer.errno)" }
      return nil
    }
    #expect(failures == [])
  }

  @Test("Reading 5,000 messages leaves nothing in memory")
  func leaks() async {
    await #expect(processExitsWith: .success) {
      let growth = HeapUse.growth(warmUp: 500, rounds: 5000) { round in
        var generator = SeededGenerator(seed: UInt64(round))
        guard let payload = try? NetlinkFuzzTests.payload(using: &generator) else { return }
        EveryReader.read(payload: AttributeMutation.mutate(payload, using: &generator)[...])
      }
      #expect(growth < 100_000, "it grew by \(growth) bytes")
    }
  }
}

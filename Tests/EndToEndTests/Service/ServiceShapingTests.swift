import Glibc
import Testing

/// S35: what is done to copies changes again and again under the service.
@Suite("Service: changes of shape", .fullKernel)
struct ServiceShapingTests {
  private static let shapes = [
    "force: false", "snaplen: 100", "snaplen: 200", "force: false", "rate: 10gbit", "snaplen: 100, rate: 10gbit",
    "force: false", "normalize: true", "snaplen: 100",
  ]

  @Test(
    "S35: forty changes of what is done to copies lose and double nothing",
    arguments: [ShapedOutput.port, .tagged, .gretap])
  func shapes(output: ShapedOutput) throws {
    try withTopology { topology in
      let lab = try ShapingLab(topology)
      let receive = try output.receiver(in: lab)
      let service = try RunningService(in: lab.sw, output.mirror(Self.shapes[0]))
      let stream = try NumberedFrames(in: lab.first)
      for number in 1...40 {
        let repairs = service.repairs.count
        try service.profiles.put(output.mirror(Self.shapes[number % Self.shapes.count]), as: "lab.yaml")
        try service.wait(for: "change \(number)", meanwhile: stream.pass) { service.repairs.count > repairs }
      }
      stream.expectOnce(in: try receive().map(\.untagged))
    }
  }

  @Test(
    "S32: counters count each copy once through twelve changes while frames pass, and through deaths of the service",
    arguments: [ShapedOutput.port, .tagged, .gretap, .vxlan])
  func counters(output: ShapedOutput) throws {
    try withTopology { topology in
      let lab = try ShapingLab(topology)
      let receive = try output.receiver(in: lab)
      let service = try RunningService(in: lab.sw, output.mirror(Self.shapes[0]))
      let stream = try NumberedFrames(in: lab.first)
      var last = try lab.mirrorctl.status("m")
      for number in 1...12 {
        let change = output.mirror((Self.shapes + ["sample: 3"])[number % 10])
        if number % 4 == 0 {
          try service.end(by: SIGKILL, meanwhile: stream.pass)
          try service.profiles.put(change, as: "lab.yaml")
          try service.start(meanwhile: stream.pass)
        } else {
          let repairs = service.repairs.count
          try service.profiles.put(change, as: "lab.yaml")
          try service.wait(for: "change \(number)", meanwhile: stream.pass) { service.repairs.count > repairs }
        }
        try stream.pass(20)
        let status = try lab.mirrorctl.status("m")
        #expect(status.packets >= last.packets && status.bytes >= last.bytes, "change \(number)")
        last = status
      }
      let copies = try receive().count
      let status = try lab.mirrorctl.status("m")
      #expect(copies > 100 && status.packets == copies && status.dropped == 0, "\(status.packets) of \(copies)")
      #expect(status.bytes == NumberedFrames.length * copies)
    }
  }
}

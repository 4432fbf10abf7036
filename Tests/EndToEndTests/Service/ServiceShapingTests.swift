import Testing

/// S35: what is done to copies changes again and again under the service.
@Suite("Service: changes of shape")
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
}

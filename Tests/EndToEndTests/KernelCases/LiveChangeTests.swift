import Testing

/// Changes under load: what both the old and the new mirror select is copied once.
@Suite("Kernel cases: changes under load", .fullKernel)
struct LiveChangeTests {
  @Test("S35: another match, with the same kind of filter, another one, and none: no copy is lost or doubled")
  func match() throws {
    try withUnderlayLab { lab in
      func mirror(_ selection: String) -> String {
        profile("{name: m0, bridge: br0, select_src_port: tap1, \(selection)output_port: up0}")
      }
      let collector = try lab.capture()
      let sender = try FrameSocket("eth0", in: lab.first.host(1))
      try lab.mirrorctl.apply(mirror("filter: \"udp\", "))
      let selections = ["filter: \"udp and dst port 9\", ", "select_vlan: [0, 5-9], ", "", "filter: \"ip\", "]
      for selection in selections {
        let change = try lab.mirrorctl.command(["apply", "-f", "-"], profile: mirror(selection)).start()
        var sent: [Frame] = []
        while try change.isRunning() {
          let frame = Frame.udp(UInt16(sent.count & 0x7fff), to: SwitchLab.address(2), from: SwitchLab.address(1))
          try sender.send(frame)
          sent.append(frame)
        }
        let output = try change.finish()
        #expect(output.status == 0, "\(output)")
        let copies = try collector.drain()
        #expect(copies.count == sent.count, "to \(selection)")
        #expect(copies == sent, "to \(selection)")
      }
    }
  }
}

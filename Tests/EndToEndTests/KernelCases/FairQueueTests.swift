import Glibc
import Testing

/// The qdisc fq on the way of copies, while a program asks for time stamps.
@Suite("Kernel cases: fq", .fullKernel)
struct FairQueueTests {
  private static let warning = "sends by the qdisc fq"

  /// Runs a body while a ping, which asks for time stamps, goes on elsewhere on the host.
  private func whilePinging(_ lab: UnderlayLab, _ body: () throws -> Void) throws {
    let traffic = try Command(["stdbuf", "-oL", "ping", "-n", "-i", "0.2", "-c", "300", "127.0.0.1"], in: lab.sw)
      .start()
    try Deadline.after(.seconds(60)).wait(for: "an answer") { traffic.textSoFar.contains("bytes from") }
    try body()
    try traffic.signal(SIGINT)
    let output = try traffic.finish()
    #expect(output.status == 0, "\(output)")
  }

  @Test("fq on the output: plan, apply and status warn; with normalize: true all copies arrive, and nobody warns")
  func output() throws {
    try withUnderlayLab { lab in
      let collector = try lab.capture()
      func mirror(_ more: String) -> String {
        profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: up0\(more)}")
      }
      try lab.mirrorctl.apply(mirror(""))
      try lab.sw.tc("qdisc replace dev up0 root fq")
      let plan = try lab.mirrorctl.run("plan", "-f", "-", profile: mirror(""))
      #expect(plan.text.contains(Self.warning), "\(plan)")
      let applied = try lab.mirrorctl.run("apply", "-f", "-", profile: mirror(""))
      #expect(applied.status == 0 && applied.errorText.contains(Self.warning), "\(applied)")
      let status = try lab.mirrorctl.status("m0")
      #expect(status.notes.contains { $0.contains(Self.warning) }, "\(status)")
      try whilePinging(lab) {
        try lab.first.ping(from: 1, to: 2, count: 10)
        #expect(try collector.drain().requests < 10, "the warning is true of this kernel")
        try lab.mirrorctl.apply(mirror(", normalize: true"))
        #expect(try lab.traffic(at: collector).kinds == MirroredSide.ingress.tenFrames)
        #expect(try lab.mirrorctl.status("m0").notes == [])
      }
    }
  }

  @Test(
    "fq below a tunnel: all copies arrive, or the tool warns", arguments: [0, 1, 3, 7, 10].map { TunnelKind.all[$0] })
  func underlay(kind: TunnelKind) throws {
    try withUnderlayLab { lab in
      try lab.far.ip("link set dev eth0 mtu 1600")
      try lab.sw.ip("link set dev up0 mtu 1600", "link add v555 link up0 type vlan id 555")
      try lab.addUnderlay("v555")
      try lab.sw.tc("qdisc replace dev up0 root fq")
      let collector = try lab.capture()
      try whilePinging(lab) {
        let output = try lab.mirrorctl.run(
          "apply", "-f", "-", profile: UnderlayLab.mirror(kind, .ingress))
        #expect(output.status == 0)
        let found = try lab.copies(kind, at: collector)
        let isWarned = output.errorText.contains("up0 \(Self.warning)")
        #expect(isWarned == (found.count < 10), "\(found.count) copies, \(output)")
        try lab.mirrorctl.apply(
          UnderlayLab.mirror(kind, .ingress).split(separator: "name: m3").joined(separator: "normalize: true, name: m3")
        )
        #expect(try lab.copies(kind, at: collector).kinds == MirroredSide.ingress.tenFrames)
      }
    }
  }

  @Test("fq on a port of an RSPAN VLAN: plan warns")
  func remoteVLAN() throws {
    try withUnderlayLab { lab in
      try lab.sw.tc("qdisc replace dev up0 root fq")
      let plan = try lab.mirrorctl.run(
        "plan", "-f", "-", profile: profile("{name: m1, select_src_port: tap1, output_vlan: {id: 111, ports: [up0]}}"))
      #expect(plan.text.contains(Self.warning), "\(plan)")
    }
  }
}

import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

@Suite("UDP ports of tunnels")
struct TunnelPortTests {
  private static let vxlan = "output_tunnel: {type: vxlan, remote: 10.0.0.1, vni: 5}"
  private static let geneve = "output_tunnel: {type: geneve, remote: 10.0.0.1, vni: 5}"

  /// - Parameter their: an interface of somebody else: its kind, its port and whether it shares that.
  private func refusals(_ output: String, beside their: (kind: String, port: ReceivingPort)) throws -> [String] {
    var host = Hosts.bridge()
    host.addRoute(to: .v4([10, 0, 0, 1]), "eth0")
    var interface = Interface(index: 91, name: "theirs")
    interface.kind = their.kind
    interface.receivingPort = their.port
    Hosts.add(interface, to: &host)
    let profile = try ProfileText.profile("{name: m0, select_src_port: tap1, \(output)}")
    do {
      _ = try MirrorCompiler([profile], on: host).compile()
      return []
    } catch { return error.findings.map(\.message) }
  }

  @Test("A vxlan device receives neither at its destination port nor at one that the kernel gives to clients")
  func listeningPorts() {
    #expect(Tunnel.Header.listeningPort(for: 4789) == 61693)
    for port in 1...UInt16.max {
      let listening = Tunnel.Header.listeningPort(for: port)
      #expect(listening != port && listening > 60999)
    }
  }

  @Test("S28: tunnels of one VNI to two ports are two devices")
  func identity() throws {
    let tunnels = [4789, 8472].map { port in
      Tunnel(Tunnel.Header(.vxlan(vni: 5, port: port)), remote: .v4([10, 0, 0, 1]))
    }
    #expect(tunnels[0].identity != tunnels[1].identity)
    #expect(tunnels[0].deviceName != tunnels[1].deviceName)
  }

  @Test("S33: a device for all VNIs leaves a geneve tunnel no room at its port, one for another VNI does")
  func geneve() throws {
    let refused = try refusals(Self.geneve, beside: ("geneve", ReceivingPort(6081, isShared: false)))
    #expect(
      refused == [
        "interface theirs holds UDP port 6081, where the tunnel's device would receive: use another 'port', or send to a "
          + "device of that tool with output_port"
      ])
    #expect(try refusals(Self.geneve, beside: ("geneve", ReceivingPort(6081, isShared: true))).isEmpty)
    #expect(try refusals(Self.geneve, beside: ("geneve", ReceivingPort(6082, isShared: false))).isEmpty)
    #expect(try refusals(Self.geneve, beside: ("vxlan", ReceivingPort(6081, isShared: true))).count == 1)
  }

  @Test("S33: the destination port of a vxlan tunnel is anybody's, the one where its device receives is not")
  func vxlan() throws {
    #expect(try refusals(Self.vxlan, beside: ("vxlan", ReceivingPort(4789, isShared: false))).isEmpty)
    #expect(try refusals(Self.vxlan, beside: ("vxlan", ReceivingPort(61693, isShared: true))).isEmpty)
    let refused = try refusals(Self.vxlan, beside: ("vxlan", ReceivingPort(61693, isShared: false)))
    #expect(refused.first?.contains("interface theirs holds UDP port 61693") == true)
    #expect(try refusals(Self.vxlan, beside: ("geneve", ReceivingPort(61693, isShared: true))).count == 1)
  }
}

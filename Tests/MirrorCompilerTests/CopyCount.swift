import MirrorModel
import NetworkTypes
import TestSupport
import TrafficControl

/// Sends frames through the compiled filters of a bridge and counts the copies.
struct CopyCount {
  let oracle: CopyOracle
  let simulator: FilterSimulator
  private let tunnels: [String: IPAddress]

  init(_ oracle: CopyOracle, _ kernel: FakeKernel) {
    self.oracle = oracle
    simulator = FilterSimulator(kernel)
    tunnels = kernel.host.own.devices.compactMapValues {
      if case .tunnel(let tunnel) = $0.kind { tunnel.remote } else { nil }
    }
  }

  /// What leaves while a frame crosses.
  func emissions(of crossing: CopyOracle.Crossing) -> [FilterSimulator.Emission] {
    let model = oracle.model
    var emissions = simulator.copies(of: crossing.frame, at: model.entryPoint(crossing.ingress))
    for port in crossing.egress {
      let frame = model.leaving(crossing.frame, from: crossing.ingress, by: port)
      emissions += simulator.copies(of: frame, at: model.exitPoint(port))
    }
    return emissions
  }

  /// Copies by place; those to a port in the VLAN of an RSPAN mirror are told by their tag or by the port's membership.
  func places(of crossing: CopyOracle.Crossing) -> [CopyOracle.Place: Int] {
    emissions(of: crossing).reduce(into: [:]) { $0[place(of: $1), default: 0] += 1 }
  }

  private func place(of emission: FilterSimulator.Emission) -> CopyOracle.Place {
    if let remote = tunnels[emission.device] { return .tunnel(remote) }
    if let output = remoteVLAN, oracle.carriers(of: output).contains(emission.device) {
      return .vlan(output, port: emission.device)
    }
    return .port(emission.device)
  }

  private var remoteVLAN: UInt16? {
    oracle.mirrors.compactMap { if case .vlan(let output) = $0.output { output.id } else { nil } }.first
  }
}

import SwitchOracle

/// A scenario's frames as bytes, and what arrived as what it was sent as.
struct WireCode {
  /// IEEE 802 Local Experimental EtherType 2.
  static let type: UInt16 = 0x88b6
  /// The host's own address: the bridge device's.
  static let host = HardwareAddress(3, 0)
  private static let learning: UInt16 = 0xffff

  let scenario: Scenario
  /// Tells the frames of one exchange from those of all others.
  let exchange = Counter.next()

  func frame(_ number: Int) -> Frame {
    let frame = scenario.frames[number]
    return Frame(
      to: address(of: frame.destination, number), from: Self.station(frame.ingress, wire: frame.wireVLAN),
      tags: frame.tags.map(\.wire), type: Self.type, payload: payload(UInt16(number), count: frame.payloadLength))
  }

  /// Frames from which a switch learns the addresses of all stations that send or receive something.
  func learningFrames() -> [(port: String, frame: Frame)] {
    var stations = Set(scenario.frames.map { Station(port: $0.ingress, wire: $0.tags.first) })
    for frame in scenario.frames {
      guard case .station(let port, let wire) = frame.destination else { continue }
      stations.insert(Station(port: port, wire: wire == 0 ? nil : FrameTag(wire)))
    }
    let vlans = Set(scenario.frames.map(\.wireVLAN) + scenario.modes.values.compactMap(\.nativeVLAN))
    // Linux knows the host's address in every VLAN.
    for vlan in vlans { stations.insert(Station(port: Scenario.bridge, wire: vlan == 0 ? nil : FrameTag(vlan))) }
    return stations.map { station in
      let frame = Frame(
        to: .broadcast, from: Self.station(station.port, wire: station.wire?.vlan ?? 0),
        tags: station.wire.map { [$0.wire] } ?? [], type: Self.type, payload: payload(Self.learning, count: 46))
      return (station.port, frame)
    }
  }

  private struct Station: Hashable {
    var port: String
    var wire: FrameTag?
  }

  /// What frames of this exchange amount to.
  func outcome(of arrivals: [(port: String, frame: Frame)]) -> Outcome {
    var outcome = Outcome()
    for (port, frame) in arrivals {
      guard frame.payload.long(at: 0) == exchange else { continue }
      let number = Int(frame.payload.word(at: 4))
      guard scenario.frames.indices.contains(number) else { continue }
      outcome.add(arrival(frame, number), of: number, at: port)
    }
    return outcome
  }

  private func arrival(_ frame: Frame, _ number: Int) -> Arrival {
    let tags = frame.tags.map(FrameTag.init)
    let sent = self.frame(number)
    return Arrival(tags: tags, damage: frame.untagged == sent.untagged ? nil : "was changed to \(frame.untagged)")
  }

  private func payload(_ number: UInt16, count: Int) -> [UInt8] {
    let head = [UInt8](long: exchange) + [UInt8](word: number)
    return head + (0..<max(0, count - head.count)).map { UInt8(truncatingIfNeeded: $0) }
  }

  private func address(of destination: ScenarioFrame.Destination, _ number: Int) -> HardwareAddress {
    switch destination {
    case .station(let port, let wire): Self.station(port, wire: wire)
    case .unknown: HardwareAddress(0xee, UInt8(truncatingIfNeeded: number))
    case .broadcast: .broadcast
    case .multicast: HardwareAddress(octets: [0x01, 0x00, 0x5e, 0x01, 0x02, 0x03])
    case .control(let address): HardwareAddress(octets: address.octets)
    }
  }

  /// Stations have an address in each VLAN, so that switches with and without a table for each VLAN learn the same.
  private static func station(_ port: String, wire: UInt16) -> HardwareAddress {
    guard let index = Scenario.members.firstIndex(of: port) else { return host }
    return HardwareAddress(octets: [0x02, 0, 1] + [UInt8(index + 1)] + [UInt8](word: wire))
  }
}

extension FrameTag {
  fileprivate init(_ tag: Frame.Tag) {
    self.init(tag.vlan, priority: tag.priority, kind: tag.type == 0x88a8 ? .service : .customer)
  }

  fileprivate var wire: Frame.Tag {
    Frame.Tag(vlan: vlan, priority: priority, type: kind == .service ? 0x88a8 : 0x8100)
  }
}

extension Scenario {
  /// Scenarios that lack something of this one, those that lack most first.
  public var simplifications: [Scenario] {
    withFewerFrames + withFewerMirrors + withFewerPorts + withPlainerSettings + withPlainerMirrors + withPlainerPorts
      + withPlainerFrames
  }

  private var withFewerFrames: [Scenario] {
    guard frames.count > 1 else { return [] }
    let half = frames.count / 2
    let halves = [Array(frames[..<half]), Array(frames[half...])]
    let others = frames.count > 2 ? frames.indices.map { frames.without($0) } : []
    return (halves + others).map { list in changed { $0.frames = list } }
  }

  private var withFewerMirrors: [Scenario] {
    mirrors.indices.map { index in changed { $0.mirrors.remove(at: index) } }
  }

  private var withFewerPorts: [Scenario] {
    guard kind == .vlanAware else { return [] }
    return usedPorts.map { port in changed { $0.modes[port] = .parked } }
  }

  private var withPlainerSettings: [Scenario] {
    var list: [Scenario] = []
    if !floodVLANs.isEmpty { list.append(changed { $0.floodVLANs = [] }) }
    if !isolated.isEmpty { list.append(changed { $0.isolated = [] }) }
    if controlFrames == .kept { list.append(changed { $0.controlFrames = .forwarded }) }
    return list
  }

  private var withPlainerMirrors: [Scenario] {
    mirrors.indices.flatMap { index in
      mirrors[index].simplifications.map { mirror in changed { $0.mirrors[index] = mirror } }
    }
  }

  private var withPlainerPorts: [Scenario] {
    usedPorts.flatMap { port in
      (modes[port]?.simplifications ?? []).map { mode in changed { $0.modes[port] = mode } }
    }
  }

  private var withPlainerFrames: [Scenario] {
    frames.indices.flatMap { index in
      frames[index].simplifications.map { frame in changed { $0.frames[index] = frame } }
    }
  }

  private func changed(_ change: (inout Scenario) -> Void) -> Scenario {
    var copy = self
    change(&copy)
    return copy
  }
}

extension ScenarioMirror {
  fileprivate var simplifications: [ScenarioMirror] {
    var list: [ScenarioMirror] = []
    func add(_ change: (inout ScenarioMirror) -> Void) {
      var copy = self
      change(&copy)
      list.append(copy)
    }
    if case .ports(let source, let destination) = scope {
      if source.count + destination.count > 1 {
        for index in source.indices {
          add { $0.scope = .ports(source: source.without(index), destination: destination) }
        }
        for index in destination.indices {
          add { $0.scope = .ports(source: source, destination: destination.without(index)) }
        }
      }
    }
    if !vlans.isEmpty { add { $0.vlans = [] } }
    if vlans.count > 1 { for index in vlans.indices { add { $0.vlans.remove(at: index) } } }
    if case .vlan(let id, .none) = output { add { $0.output = .vlan(id, reflection: .asOpenVSwitch) } }
    return list
  }
}

extension PortMode {
  fileprivate var simplifications: [PortMode] {
    switch self {
    case .trunk(let all): all.count > 1 ? all.indices.map { .trunk(all.without($0)) } : []
    case .nativeTagged(let own, let all), .nativeUntagged(let own, let all):
      [.access(own)] + (all.isEmpty ? [] : [.trunk(all)])
    case .access, .open, .parked: []
    }
  }
}

extension ScenarioFrame {
  fileprivate var simplifications: [ScenarioFrame] {
    var list: [ScenarioFrame] = []
    if tags.count > 1 { list.append(ScenarioFrame(from: ingress, tags: [tags[0]], to: destination)) }
    if let tag = tags.first, tag.priority > 0 {
      let plainer = [FrameTag(tag.vlan, kind: tag.kind)] + tags.dropFirst()
      list.append(ScenarioFrame(from: ingress, tags: plainer, to: destination, payloadLength: payloadLength))
    }
    if tags == [FrameTag(0)] { list.append(ScenarioFrame(from: ingress, to: destination)) }
    if payloadLength > 46 { list.append(ScenarioFrame(from: ingress, tags: tags, to: destination)) }
    if destination != .broadcast {
      list.append(ScenarioFrame(from: ingress, tags: tags, to: .broadcast, payloadLength: payloadLength))
    }
    return list
  }
}

extension Array {
  fileprivate func without(_ index: Int) -> [Element] {
    var copy = self
    copy.remove(at: index)
    return copy
  }
}

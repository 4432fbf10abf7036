import MirrorModel
import NetworkTypes
import TrafficControl

/// Finds mirrors whose copies can come back to their own sources.
///
/// The kernel's nest limit does not see a cycle that crosses a queue (a veth pair, say): one frame becomes hundreds of
/// thousands. So the way of every copy is followed here, through bridges, veth peers, VLAN devices, macvlan, bonds and the
/// underlays of tunnels, also those of somebody else, of VPNs and of programs.
struct CycleCheck {
  let topology: Topology
  /// Ports that drop what they receive.
  let reserved: Set<String>

  /// A frame at a hook; the tag or tunnel is known for copies that a mirror has given one.
  struct Place: Hashable {
    var point: HookPoint
    var tag: Tag?
    var tunnel: String?
    var mark: PacketMark?
    /// Whether a route leads there, and no bridge.
    var isRouted = false
  }

  private var snapshot: HostSnapshot { topology.snapshot }

  /// The first cycle of each mirror that does not allow it.
  func findings(for mirrors: [Mirror]) -> [Finding] {
    var copying: [HookPoint: [Int]] = [:]
    for (number, mirror) in mirrors.enumerated() {
      for point in mirror.sources.keys { copying[point, default: []].append(number) }
    }
    return mirrors.filter { $0.policy == .refuse }.compactMap { mirror in
      guard let cycle = cycle(from: mirror, among: mirrors, copying) else { return nil }
      let others = mirrors.filter { $0.owner != mirror.owner && cycle.contains("mirror \(name($0))") }
      return Finding(
        owner: mirror.owner, kind: .refused,
        message: "its copies come back to its sources: \(cycle.joined(separator: " -> ")); 'force: true' allows it",
        others: Set(others.map(\.owner)))
    }
  }

  /// - Parameter copying: the numbers of the mirrors that copy at each hook.
  private func cycle(from start: Mirror, among mirrors: [Mirror], _ copying: [HookPoint: [Int]]) -> [String]? {
    var parents: [Place: (place: Place?, via: String)] = [:]
    var queue: [Place] = []
    for output in start.outputs {
      let place = Place(
        point: output, tag: start.tag, tunnel: start.tunnel, mark: start.mark, isRouted: start.tunnel != nil)
      if parents[place] == nil {
        parents[place] = (nil, "mirror \(name(start))")
        queue.append(place)
      }
    }
    var head = 0
    while head < queue.count {
      let place = queue[head]
      head += 1
      for mirror in (copying[place.point] ?? []).map({ mirrors[$0] }) where mirror.copies(place) {
        if mirror.owner == start.owner { return path(to: place, parents) + ["mirror \(name(start))"] }
        for output in mirror.outputs {
          let next = Place(
            point: output, tag: mirror.tag(onCopiesOf: place), tunnel: mirror.tunnel ?? place.tunnel,
            mark: mirror.mark ?? place.mark, isRouted: mirror.tunnel != nil)
          if parents[next] == nil {
            parents[next] = (place, "mirror \(name(mirror))")
            queue.append(next)
          }
        }
      }
      for point in successors(of: place) {
        let next = self.next(place, at: point)
        if parents[next] == nil {
          parents[next] = (place, "")
          queue.append(next)
        }
      }
    }
    return nil
  }

  /// What is known of a frame at the next hook: inside another packet it shows neither tag nor tunnel, only the mark, and no more
  /// than that where the packet is not its own.
  private func next(_ place: Place, at point: HookPoint) -> Place {
    let interface = place.point.hook == .egress ? snapshot.interfaces[place.point.device] : nil
    if let interface, makesOtherPackets(interface, place) { return Place(point: point) }
    if let interface, interface.routeQuestion != nil || interface.encapsulation == .headers(remote: nil) {
      return Place(point: point, mark: place.mark, isRouted: true)
    }
    return Place(point: point, tag: tag(of: place, at: point), tunnel: place.tunnel, mark: place.mark)
  }

  /// A tap device that a bridge or a mirror sends frames to is a virtual machine's; one that a route leads to may be a VPN's.
  private func makesOtherPackets(_ interface: Interface, _ place: Place) -> Bool {
    interface.encapsulation == .otherPackets && (place.isRouted || interface.linkHeader != .ethernet)
  }

  private func name(_ mirror: Mirror) -> String { mirror.owner.description }

  private func path(to place: Place, _ parents: [Place: (place: Place?, via: String)]) -> [String] {
    var words: [String] = []
    var next: Place? = place
    while let current = next {
      words.append(current.point.description)
      guard let parent = parents[current] else { break }
      if !parent.via.isEmpty { words.append(parent.via) }
      next = parent.place
    }
    return words.reversed()
  }

  /// A tag is lost where a port sends the VLAN untagged, and inside the frame where the bridge's tags have another type.
  private func tag(of place: Place, at point: HookPoint) -> Tag? {
    guard let tag = place.tag, let interface = snapshot.interfaces[point.device] else { return place.tag }
    let isLeaving = point.hook == .egress && interface.bridgePort != nil
    let bridge = isLeaving ? interface.master.flatMap { snapshot.interfaces[$0]?.bridge } : interface.bridge
    if let bridge, bridge.awareness == .aware, bridge.tagProtocol != tag.type { return nil }
    return isLeaving && interface.bridgePort?.membership.untagged.contains(tag.vlan) == true ? nil : tag
  }

  private func successors(of place: Place) -> [HookPoint] {
    guard let interface = snapshot.interfaces[place.point.device] else { return [] }
    guard place.point.hook == .egress else { return received(interface, place.tag) }
    return makesOtherPackets(interface, place) ? anywhere(but: interface) : sent(interface, place.tag)
  }

  /// Where packets may leave that the host, or a program on it, sends by itself.
  private func anywhere(but interface: Interface) -> [HookPoint] {
    snapshot.addressedInterfaces.subtracting([interface.name]).sorted().map { HookPoint($0, .egress) }
  }

  /// Where a frame goes that an interface sends.
  private func sent(_ interface: Interface, _ tag: Tag?) -> [HookPoint] {
    if interface.bridge != nil { return forwarded(on: interface.name, except: nil, tag) }
    if interface.kind == "bond" || interface.kind == "team" {
      return members(of: interface.name).map { HookPoint($0.name, .egress) }
    }
    if interface.encapsulation == .headers(remote: nil), interface.link == .none { return anywhere(but: interface) }
    if let question = interface.routeQuestion {
      let way = snapshot.routes[question]?.interface ?? question.interface
      return way.map { [HookPoint($0, .egress)] } ?? []
    }
    guard case .here(let link) = interface.link else { return [] }
    guard interface.kind != "veth" else { return [HookPoint(link, .ingress)] }
    return [HookPoint(link, .egress)] + (interface.reachesSiblings ? [HookPoint(link, .ingress)] : [])
  }

  /// Where a frame goes that an interface has received.
  private func received(_ interface: Interface, _ tag: Tag?) -> [HookPoint] {
    guard !reserved.contains(interface.name) else { return [] }
    var points: [HookPoint] = []
    if let master = interface.master.flatMap({ snapshot.interfaces[$0] }) {
      points =
        master.bridge == nil
        ? [HookPoint(master.name, .ingress)]
        : forwarded(on: master.name, except: interface.name, tag) + [HookPoint(master.name, .ingress)]
    }
    return points + topology.upperDevices(on: interface.name).sorted().map { HookPoint($0, .ingress) }
  }

  private func forwarded(on bridge: String, except ingress: String?, _ tag: Tag?) -> [HookPoint] {
    let settings = snapshot.interfaces[bridge]?.bridge
    let vlan = settings?.awareness == .aware && settings?.tagProtocol == tag?.type ? tag?.vlan : nil
    return members(of: bridge).filter { member in
      guard member.name != ingress, let port = member.bridgePort, port.state == .forwarding else { return false }
      return vlan.map(port.membership.all.contains) ?? true
    }.map { HookPoint($0.name, .egress) }
  }

  private func members(of master: String) -> [Interface] {
    topology.members(of: master).compactMap { snapshot.interfaces[$0] }.sorted { $0.name < $1.name }
  }
}

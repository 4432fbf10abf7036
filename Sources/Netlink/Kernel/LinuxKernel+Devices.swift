import CMnl
import Glibc
import TrafficControl

extension LinuxKernel {
  /// Performs a step that takes several requests or a program: all of it, or none.
  func perform(_ step: Step) throws(KernelError) {
    do throws(NetlinkFailure) {
      switch step {
      case .add(.device(let device)): try add(device)
      case .change(.device(let old), .device(let new)): try change(old, to: new)
      case .remove(.device(let device)): try remove(device)
      case .add(.filter(let filter)): try put(filter, .add)
      case .change(_, .filter(let filter)): try put(filter, .replace)
      case .add(.program(let program)), .change(_, .program(let program)): try put(program)
      case .remove(.program(let program)): try removeProgram(program)
      default: throw NetlinkFailure(errno: EOPNOTSUPP, text: "a device cannot become anything else")
      }
    } catch {
      throw KernelError(error, step: step)
    }
  }

  private func add(_ device: Device) throws(NetlinkFailure) {
    try socket.request(creation(of: device))
    do throws(NetlinkFailure) {
      for name in device.interfaces { table.insert(name, try find(name)) }
      if case .tunnel(let tunnel) = device.kind { try direct(device, tunnel) }
      if device.offload == .off { try socket.setTransmitChecksums(.off, of: device.name) }
      // The device counts as ours once its own name is marked, so that comes last.
      for name in device.interfaces.reversed() { try quiet(try table.index(name), device.alias) }
      try bring(device, .up)
    } catch {
      try? remove(device)
      throw error
    }
  }

  private func put(_ filter: Filter, _ verb: FilterRequest.Verb) throws(NetlinkFailure) {
    guard case .edit(let edit) = filter.classifier else { throw NetlinkFailure(errno: EOPNOTSUPP) }
    let program = try LoadedProgram(edit)
    try socket.request(FilterRequest.message(verb, filter, loaded: program, table))
  }

  private func remove(_ device: Device) throws(NetlinkFailure) {
    try socket.request(LinkRequest.remove(interface: try table.index(device.name)))
    for name in device.interfaces { table.remove(name) }
  }

  private func change(_ old: Device, to new: Device) throws(NetlinkFailure) {
    let isSet = new.hasSettings(of: old)
    if !isSet { try set(old, to: new) }
    guard old.state != new.state else { return }
    do throws(NetlinkFailure) { try bring(new, new.state) } catch {
      try? bring(old, old.state)
      if !isSet { try? set(new, to: old) }
      throw error
    }
  }

  /// The end of a veth pair that is set up last can send at once, the other one only when the kernel has seen to its carrier, some
  /// time later (linkwatch_event, net/core/link_watch.c). Copies are sent to the one that the device is named after.
  private func bring(_ device: Device, _ state: Device.State) throws(NetlinkFailure) {
    for name in device.interfaces.reversed() {
      try socket.request(LinkRequest.set(state, interface: try table.index(name)))
    }
  }

  private func set(_ old: Device, to new: Device) throws(NetlinkFailure) {
    switch (old.kind, new.kind) {
    case _ where old.isUnfinished: try replace(old, by: new)
    case (.tunnel(let former), .tunnel(let tunnel)) where former.isChangeable(to: tunnel) && old.name == new.name:
      try socket.request(TunnelRequest.message(.change, tunnel, of: new, table))
      do throws(NetlinkFailure) { try direct(new, tunnel) } catch {
        _ = try? socket.request(TunnelRequest.message(.change, former, of: old, table))
        throw error
      }
    case (let former, let kind) where former == kind && old.name == new.name:
      do throws(NetlinkFailure) {
        try describe(new)
        if old.offload != new.offload { try socket.setTransmitChecksums(new.offload, of: new.name) }
      } catch {
        try? describe(old)
        throw error
      }
    default: try replace(old, by: new)
    }
  }

  private func replace(_ old: Device, by new: Device) throws(NetlinkFailure) {
    try remove(old)
    do throws(NetlinkFailure) { try add(new) } catch {
      try? add(old)
      throw error
    }
  }

  private func creation(of device: Device) throws(NetlinkFailure) -> MessageBuilder {
    switch device.kind {
    case .dummy: try LinkComposer.dummy(device.name, mtu: device.mtu)
    case .veth(let peer): try LinkComposer.veth(device.name, peer: peer, mtu: device.mtu)
    case .tunnel(let tunnel): try TunnelRequest.message(.add, tunnel, of: device, table)
    }
  }

  private func find(_ name: String) throws(NetlinkFailure) -> UInt32 {
    let replies = try socket.request(LinkRequest.find(name))
    guard let reply = replies.first(where: { $0.type == RTM_NEWLINK }) else { throw .missingInterface(name) }
    do throws(MalformedMessage) { return try LinkRecord(reply.payload).index } catch { throw NetlinkFailure(error) }
  }

  /// Keeps an interface from speaking by itself; a kernel without IPv6 needs no telling about its addresses.
  private func quiet(_ index: UInt32, _ alias: String) throws(NetlinkFailure) {
    do throws(NetlinkFailure) {
      try socket.request(LinkRequest.quiet(interface: index, alias: alias, addressGeneration: true))
    } catch {
      guard error.errno == EAFNOSUPPORT else { throw error }
      try socket.request(LinkRequest.quiet(interface: index, alias: alias, addressGeneration: false))
    }
  }

  /// Sets alias and MTU of a dummy device or a veth pair, whose default MTU is that of Ethernet.
  private func describe(_ device: Device) throws(NetlinkFailure) {
    for name in device.interfaces.reversed() {
      let index = try table.index(name)
      try socket.request(LinkRequest.describe(interface: index, alias: device.alias, mtu: device.mtu ?? 1500))
    }
  }
}

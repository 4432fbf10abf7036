import MirrorCompiler
import TrafficControl

/// What of ours the kernel holds for one mirror, as the slot in the indexes of its actions tells.
struct SlotContents {
  /// Without the pages of its record.
  var actions: [Action] = []
  var filters: [Filter] = []
  var programs: [CopyProgram] = []

  /// Of all slots, found in one go.
  static func all(in state: KernelState) -> [UInt16: SlotContents] {
    var contents: [UInt16: SlotContents] = [:]
    for action in state.actions.values where ActionIndex.range(of: action.key.index) == .object {
      guard let slot = ActionIndex.slot(of: action.key.index) else { continue }
      contents[slot, default: SlotContents()].actions.append(action)
    }
    for filter in state.filters.values {
      for slot in KernelObject.filter(filter).slots { contents[slot, default: SlotContents()].filters.append(filter) }
    }
    for program in state.programs.values {
      for slot in program.slots { contents[slot, default: SlotContents()].programs.append(program) }
    }
    return contents
  }

  /// With the devices that they are at or send to, in order.
  ///
  /// - Parameter devices: ours, by the names of their interfaces.
  func objects(_ devices: [String: Device]) -> [KernelObject] {
    let targets = actions.compactMap { action in
      if case .mirred(let target) = action.operation { target.device } else { nil }
    }
    let places = Set(filters.map(\.key.point.device)).union(targets).union(programs.flatMap(\.devices))
    let used = Set(places.compactMap { devices[$0] }).sorted { $0.name < $1.name }
    return used.map(KernelObject.device) + actions.sorted { $0.key < $1.key }.map(KernelObject.action)
      + filters.sorted { $0.key < $1.key }.map(KernelObject.filter)
      + programs.sorted { $0.point < $1.point }.map(KernelObject.program)
  }
}

extension KernelState {
  /// Our devices by the names of their interfaces.
  var devicesByInterface: [String: Device] {
    Dictionary(devices.values.flatMap { device in device.interfaces.map { ($0, device) } }) { first, _ in first }
  }
}

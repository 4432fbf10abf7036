/// The clsact qdiscs that come and go between two states, in the order in which the kernel has the least to do.
struct QdiscChanges {
  private let arrived: [String]
  private let gone: [String]

  init(from old: Set<String>, to new: Set<String>) {
    arrived = new.subtracting(old).sorted()
    gone = old.subtracting(new).sorted()
  }

  func additions(where isWanted: (String) -> Bool) -> [Step] {
    arrived.filter(isWanted).map { .add(.qdisc(device: $0)) }
  }

  /// Takes filters off interfaces that keep their qdisc, and then the qdiscs that go, each right behind its own filters.
  ///
  /// The kernel keeps a list of all blocks of filters, the latest first, and walks it to take one out
  /// (flow_indr_dev_setup_offload, net/core/flow_offload.c). So qdiscs go in the opposite order of their coming.
  func removals(behind filters: FilterChanges, where isWanted: (String) -> Bool) -> [Step] {
    let leaving = gone.filter(isWanted)
    let devices = Set(leaving)
    let removals = Dictionary(grouping: filters.removals { isWanted($0.device) }) { step in
      step.device.flatMap { devices.contains($0) ? $0 : nil }
    }
    return leaving.reversed().reduce(into: removals[nil] ?? []) { steps, device in
      steps += removals[device] ?? []
      steps.append(.remove(.qdisc(device: device)))
    }
  }
}

extension Step {
  /// The interface whose hooks it is about.
  public var device: String? {
    switch object {
    case .qdisc(let device): device
    case .filter(let filter): filter.key.point.device
    case .device, .action, .bridgePort, .program: nil
    }
  }
}

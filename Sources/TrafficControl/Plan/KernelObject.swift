/// One thing that a plan adds, changes or removes.
public enum KernelObject: Hashable, Sendable {
  case device(Device)
  /// The clsact qdisc of an interface, with the chain that marks it as ours.
  case qdisc(device: String)
  case action(Action)
  case filter(Filter)
  /// The flags of a bridge port; they are only ever changed.
  case bridgePort(name: String, flags: BridgePortFlags)
  case program(CopyProgram)
}

/// One request to the kernel, or a few that belong together.
public enum Step: Hashable, Sendable {
  case add(KernelObject)
  case change(from: KernelObject, to: KernelObject)
  case remove(KernelObject)
}

extension Step {
  /// What it is about; of a change, what comes.
  public var object: KernelObject {
    switch self {
    case .add(let object), .change(_, let object), .remove(let object): object
    }
  }
}

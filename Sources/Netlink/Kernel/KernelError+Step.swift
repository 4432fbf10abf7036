import CMnl
import Glibc
import TrafficControl

extension KernelError {
  /// A refusal of a step, in our words where the kernel has none.
  init(_ failure: NetlinkFailure, step: Step) {
    var failure = failure
    if failure.text == nil { failure.text = step.explanation(errno: failure.errno) }
    switch step.object {
    // cls_u32 says of a handle that is taken that there is no room for it.
    case .filter where failure.errno == ENOSPC: failure.cause = .inTheWay
    case .filter where failure.isMissingAction:
      failure.cause = .notFound
      failure.text = "an action that the filter binds does not exist any more (\(failure.text ?? ""))"
    case .bridgePort where [EOPNOTSUPP, EINVAL].contains(failure.errno): failure.cause = .notFound
    default: break
    }
    if step.object.isForHardwareOnly, [EOPNOTSUPP, EINVAL, ENOSPC].contains(failure.errno) {
      failure.cause = .notInHardware
    }
    self.init(failure, request: step.request)
  }
}

extension Step {
  /// What an errno means that the kernel returns for this step without a text of its own.
  fileprivate func explanation(errno: Int32) -> String? {
    switch (object, errno) {
    case (let object, EINVAL) where object.isForHardwareOnly, (let object, EOPNOTSUPP) where object.isForHardwareOnly:
      return object.hardwareRefusal
    case (.action(let action), ENODEV):
      guard case .mirred(let target) = action.operation, let device = target.device else { return nil }
      return "the target interface \(device) does not exist any more"
    case (.action, EEXIST): return "there is an action with this index"
    case (.filter(let filter), EINVAL):
      guard case .bpf(let program) = filter.classifier else { return nil }
      return "the kernel does not accept this BPF program of \(program.instructions.count) instructions"
    case (.filter, EEXIST), (.filter, ENOSPC): return "there is a filter with this preference and handle"
    case (.filter(let filter), ENODEV): return "the interface \(filter.key.point.device) does not exist any more"
    case (.qdisc(let device), EEXIST): return "\(device) has a clsact or ingress qdisc"
    case (.qdisc(let device), ENODEV): return "the interface \(device) does not exist any more"
    case (.bridgePort(let name, _), EOPNOTSUPP), (.bridgePort(let name, _), EINVAL):
      return "\(name) is not a port of a bridge"
    case (.device(let device), EEXIST), (.device(let device), EBUSY):
      return "there is an interface \(device.name), or a tunnel with the same ends and key or the same VNI and port, "
        + "perhaps in another namespace: remove it, or use another key, VNI or port"
    case (.program(let program), ENODEV): return "the interface \(program.point.device) does not exist any more"
    case (.program(let program), ERANGE):
      return "\(program.point) has 64 tcx programs, and the kernel takes no more: detach those that are not needed"
    case (.program, EINVAL): return "this kernel takes no tcx program there"
    case (.device(let device), EADDRINUSE):
      guard case .tunnel(let tunnel) = device.kind, let port = tunnel.identity.port else { return nil }
      return "another program has UDP port \(port), where the tunnel's device receives: use another 'port'"
    default: return nil
    }
  }
}

extension KernelObject {
  fileprivate var isForHardwareOnly: Bool {
    switch self {
    case .action(let action): action.offload == .require
    case .filter(let filter): filter.offload == .require
    case .device, .qdisc, .bridgePort, .program: false
    }
  }

  fileprivate var hardwareRefusal: String {
    guard case .filter(let filter) = self else { return "no hardware here takes this action" }
    return "the hardware of \(filter.key.point.device) does not take this filter"
  }
}

import MirrorModel
import TrafficControl

/// `offload: require` asks for copies that hardware makes from end to end, so nothing may be left to devices of ours.
public enum OffloadCheck {
  /// The mirrors whose kind of output always needs such a device, told without looking at a host; what else needs one is found
  /// when stages are built.
  public static func findings(in profile: Profile) -> [Finding] {
    profile.mirrors.compactMap { mirror in
      guard mirror.offload == .require else { return nil }
      let owner = Owner(profile: profile.name, subject: .mirror(mirror.name))
      if mirror.hook == .tcx {
        return Finding(
          owner: owner, kind: .refused,
          message:
            "'hook: tcx' has a program make the copies, which no hardware runs: use 'offload: auto' or 'hook: auto'")
      }
      switch mirror.output {
      case .ports: return nil
      case .vlan: return refusal(of: owner, "output_vlan changes the tag of copies on a device of the kernel's own")
      case .tunnel(let tunnel):
        guard case .v6 = tunnel.remote else { return nil }
        return refusal(of: owner, "copies get to an IPv6 tunnel by a pair of devices of the kernel's own")
      }
    }
  }

  static func refusal(of owner: Owner, _ reason: String) -> Finding {
    Finding(
      owner: owner, kind: .refused,
      message: "\(reason), which no hardware can do: use 'offload: auto', or leave the line out")
  }
}

extension OffloadPolicy {
  /// What a profile's `offload` asks of filters.
  init(_ offload: Offload) {
    switch offload {
    case .auto: self = .auto
    case .off: self = .off
    case .require: self = .require
    }
  }
}

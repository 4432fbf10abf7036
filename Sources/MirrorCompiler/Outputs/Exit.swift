import TrafficControl

/// One way out for the copies of a mirror.
struct Exit {
  /// Tells it from the other exits of its mirror; names its stages, so it stays the same while the exit does.
  var name: String
  /// What is done to copies beside what the output needs; stages and hops that differ in it are different ones, so that another
  /// takes over when all of it is there.
  var shape: CopyShape = []
  /// The actions by which hooks send copies straight to it; none where copies have to be changed first.
  var direct: [Hook: Action] = [:]
  /// What a stage does with copies, the sending included; empty where there is nobody to send to.
  var tail: [StageFilter] = []
  /// Gives copies the tag of their classified VLAN first.
  var view: SwitchView?
}

extension Workshop {
  /// The actions by which hooks send copies straight to a device, each counting its copies.
  ///
  /// - Parameters:
  ///   - device: `nil` where it is gone.
  ///   - role: the first of the exit's roles.
  func directCopies(to device: String?, role: UInt32) -> [Hook: Action] {
    func copy(_ offset: UInt32, _ counts: Cookie.Role) -> Action {
      action(role + offset, .mirred(Mirred(.mirror, to: device)), .continue, counts: counts)
    }
    return [
      .ingress: copy(ExitRole.ingress, .counterWithoutHeader), .egress: copy(ExitRole.egress, .counterWithHeader),
    ]
  }
}

import TrafficControl

/// One way out for the copies of a mirror.
struct Exit {
  /// Tells it from the other exits of its mirror; names its stages, so it stays the same while the exit does.
  var name: String
  /// What is done to copies beside what the output needs; stages and hops that differ in it are different ones, so that another
  /// takes over when all of it is there.
  var shape: Shaping.Shape = []
  /// The actions by which hooks send copies straight to it; none where copies have to be changed first.
  var direct: [Hook: Action] = [:]
  /// What a stage does with copies, the sending included; empty where there is nobody to send to.
  var tail: [StageFilter] = []
  /// Gives copies the tag of their classified VLAN first.
  var view: SwitchView?
}

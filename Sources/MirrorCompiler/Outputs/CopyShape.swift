/// What is done to copies on their way, without the numbers, which can be changed where it is done.
///
/// It is part of the names of stages and hops: copies of another shape go by other devices, so that none is treated half in the
/// old way and half in the new while a mirror changes.
struct CopyShape: OptionSet, Hashable {
  let rawValue: UInt32

  static let sampled = CopyShape(rawValue: 1)
  static let limited = CopyShape(rawValue: 2)
  static let cut = CopyShape(rawValue: 4)
  /// The tag of an RSPAN VLAN is put before others and takes the place of none.
  static let nested = CopyShape(rawValue: 8)
  /// Copies for an RSPAN VLAN look as the switch sees frames.
  static let switchView = CopyShape(rawValue: 16)
}

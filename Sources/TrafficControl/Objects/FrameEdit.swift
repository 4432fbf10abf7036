/// What an eBPF classifier does to copies on a device of ours; it matches none, so that the filters after it see what it has made.
public enum FrameEdit: Hashable, Sendable {
  case cut(Truncation)
  case mark(Marking)

  /// What the kernel is told and tells (`TCA_BPF_NAME`), in the form that tc(8) gives it: FILE:[SECTION].
  public var name: String { "\(objectName):[\(sectionName)]" }

  /// The name of the program and, for tc(8), of the object file: a kernel takes letters, digits, `_` and `.` only.
  public var objectName: String {
    switch self {
    case .cut(let truncation): truncation.objectName
    case .mark(let marking): marking.objectName
    }
  }

  /// The name of the section in the object file, for tc(8).
  public var sectionName: String {
    switch self {
    case .cut(let truncation): "v\(truncation.revision)"
    case .mark(let marking): "v\(marking.revision)"
    }
  }

  public var instructions: [ExtendedInstruction] {
    switch self {
    case .cut(let truncation): truncation.instructions
    case .mark(let marking): marking.instructions
    }
  }

  /// Reads a name; `nil` for one that is not ours.
  public init?(name: String) {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].hasPrefix("[v"), parts[1].hasSuffix("]"),
      let revision = UInt16(parts[1].dropFirst(2).dropLast())
    else { return nil }
    if let truncation = Truncation(objectName: parts[0], revision: revision) {
      self = .cut(truncation)
    } else if let marking = Marking(objectName: parts[0], revision: revision) {
      self = .mark(marking)
    } else {
      return nil
    }
    guard self.name == name else { return nil }
  }
}

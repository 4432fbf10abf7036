import MirrorModel

/// An imported profile as a file for people to read, complete and keep.
public enum ImportText {
  /// YAML: first as comments what it does not say, then the profile.
  ///
  /// - Parameter document: the profile as ``ProfileEncoder`` writes it, parsed.
  public static func lines(_ result: OVSImport, document: YAMLNode) -> [String] {
    var lines = ["# The mirrors of Open vSwitch, as 'mirrorctl import ovs' found them."]
    if !result.notes.isEmpty {
      lines += ["#", "# What the profile does not hold as it was:"] + result.notes.map { "# - \($0)" }
    }
    if !result.bridgeCommands.isEmpty {
      lines += ["#", "# What gives Linux bridges the VLANs that the ports had (not part of the profile):"]
      lines += result.bridgeCommands.map { "#   \($0)" }
    }
    return lines + YAMLText.lines(document)
  }
}

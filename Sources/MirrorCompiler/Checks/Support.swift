import MirrorModel

/// Tells, without looking at a host, what this program cannot do yet of what profiles may ask for.
public enum Support {
  public static func findings(in profile: Profile) -> [Finding] {
    profile.mirrors.flatMap { mirror in
      let owner = Owner(profile: profile.name, subject: .mirror(mirror.name))
      return unsupportedKeys(of: mirror).map {
        Finding(owner: owner, kind: .unsupportedYet, message: "\($0) is not supported yet")
      }
    }
  }

  private static func unsupportedKeys(of mirror: PortMirror) -> [String] {
    var keys: [String] = []
    if mirror.offload != .auto { keys.append("offload: \(mirror.offload.rawValue)") }
    return keys
  }
}

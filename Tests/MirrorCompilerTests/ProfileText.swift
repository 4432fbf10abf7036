import MirrorModel
import Netlink
import Testing

/// Profiles as users write them.
enum ProfileText {
  static func decode(_ text: String) throws -> Profile {
    let document = try YAMLParser.parse(Array(text.utf8), file: "profile.yaml")
    return try ProfileDecoder.decode(document, file: "profile.yaml", defaultName: "lab").get()
  }

  /// A profile with the mirrors and bridges, each in flow style.
  static func profile(_ mirrors: String..., bridges: [String] = [], name: String = "lab") throws -> Profile {
    try decode(
      "{version: 1, profile: \(name), mirrors: [\(mirrors.joined(separator: ", "))], "
        + "bridges: [\(bridges.joined(separator: ", "))]}")
  }
}

/// A profile as a user would write it, from its mirrors as YAML flow mappings: `{name: m0, output_port: tap3}`.
func profile(_ mirrors: String..., bridges: String...) -> String { profile(mirrors: mirrors, bridges: bridges) }

func profile(mirrors: [String], bridges: [String] = []) -> String {
  func list(_ key: String, _ entries: [String]) -> String {
    entries.isEmpty ? "" : "\(key):\n" + entries.map { "  - \($0)\n" }.joined()
  }
  return "version: 1\nprofile: lab\n" + list("mirrors", mirrors) + list("bridges", bridges)
}

/// The path of a profile that the documentation shows.
func examplePath(_ name: String) -> String {
  let components = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  return components.dropLast(4).joined(separator: "/") + "/docs/examples/\(name).yaml"
}

import FoundationEssentials

/// A manual page in mdoc(7), as far as tests have to understand it.
struct ManualPage {
  /// What `.It` says of commands, options and keys, by the section or subsection that it stands in.
  private(set) var entries: [String: [String]] = [:]

  init(_ name: String, file: String = #filePath) throws {
    let root = file.split(separator: "/").dropLast(3).joined(separator: "/")
    let text = try String(contentsOfFile: "/\(root)/packaging/man/\(name)", encoding: .utf8)
    var section = ""
    for line in text.split(separator: "\n") {
      if let heading = Self.argument(of: ".Sh ", in: line) ?? Self.argument(of: ".Ss ", in: line) { section = heading }
      if let entry = Self.argument(of: ".It ", in: line) { entries[section, default: []].append(entry) }
    }
  }

  private static func argument(of macro: String, in line: Substring) -> String? {
    line.hasPrefix(macro) ? String(line.dropFirst(macro.count)) : nil
  }

  /// The words after `Cm` in the entries of a section: `.It Cm enable Ar mirror ... , Cm disable` gives both.
  func words(in section: String) -> Set<String> {
    var words: Set<String> = []
    for entry in entries[section] ?? [] {
      var isWord = false
      for token in entry.split(separator: " ") {
        switch token {
        case "Cm": isWord = true
        case "Ar", "Fl", "Op", "No", "Pa": isWord = false
        case ",", "|": break
        default: if isWord { words.insert(String(token)) }
        }
      }
    }
    return words
  }

  /// The flags in the entries of all sections, as `-f` and `--file`.
  var flags: Set<String> {
    var flags: Set<String> = []
    for entry in entries.values.flatMap(\.self) {
      let tokens = entry.split(separator: " ")
      for (macro, name) in zip(tokens, tokens.dropFirst()) where macro == "Fl" || macro == "," {
        if macro == "Fl" || name.hasPrefix("-") { flags.insert("-" + name) }
      }
    }
    return flags
  }
}

import MirrorModel

/// Names in commands that people may paste.
enum ShellWord {
  /// The text as one word of a POSIX shell on one line.
  static func quote(_ text: String) -> String {
    let safe = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
        || "_-.@%+=,".utf8.contains($0)
    }
    guard text.isEmpty || !safe else { return text }
    let line = Quotation.escape(text)
    return "'" + line.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

/// Quoting for POSIX shells.
public enum ShellWords {
  /// The text as one shell word: as it is where that is safe, else in single quotes.
  public static func quote(_ text: String) -> String {
    let safe = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
        || "_-.:/@%+=,".utf8.contains($0)
    }
    guard text.isEmpty || !safe else { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

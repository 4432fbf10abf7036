extension String {
  /// With a question mark for whatever a terminal might take for a command: names of interfaces and files may contain it.
  public var printable: String {
    if utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.isPrintable ? $0 : "?" }))
  }

  /// The same for several lines, which stay such.
  public var printableLines: String {
    utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self).printable }.joined(separator: "\n")
  }
}

extension Unicode.Scalar {
  /// Whether it is seen as itself: neither a control character (C0, DEL, C1) nor a line break, nor one that changes how those beside
  /// it are shown, as the marks of writing direction do.
  public var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
    default: true
    }
  }
}

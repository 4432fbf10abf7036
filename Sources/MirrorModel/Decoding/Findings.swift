/// Collects what is wrong with one document while it is decoded.
final class Findings {
  /// Findings kept; a text that is no profile at all must not flood the terminal.
  static let limit = 1000

  let file: String
  private var diagnostics: [Diagnostic] = []
  private var omitted = 0

  init(file: String) {
    self.file = file
  }

  var isEmpty: Bool { diagnostics.isEmpty }

  func add(at position: SourcePosition, path: String, _ message: @autoclosure () -> String) {
    guard diagnostics.count < Self.limit else {
      omitted += 1
      return
    }
    diagnostics.append(Diagnostic(file: file, position: position, path: path, message: message()))
  }

  /// The findings by their place in the document; those of one place in the order in which they were added.
  var inDocumentOrder: [Diagnostic] {
    var sorted = diagnostics.enumerated().sorted { left, right in
      let (a, b) = (left.element.position, right.element.position)
      return (a.line, a.column, left.offset) < (b.line, b.column, right.offset)
    }.map(\.element)
    if omitted > 0, let last = sorted.last {
      let message = "\(omitted) more findings are not shown"
      sorted.append(Diagnostic(file: file, position: last.position, path: "", message: message))
    }
    return sorted
  }
}

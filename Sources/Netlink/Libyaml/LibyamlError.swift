import CYaml
import MirrorModel

/// Why libyaml cannot read a text, in its own words.
enum LibyamlError: Error {
  case outOfMemory
  /// The text is no YAML: found at the position, perhaps within something that starts at the context's position.
  case syntax(problem: String, at: SourcePosition, context: Context?)
  /// A byte that YAML does not allow; the offset counts bytes from 0.
  case encoding(problem: String, offset: Int)
  /// An event or a scalar that libyaml should not have produced.
  case unreadable(at: SourcePosition)

  struct Context {
    /// For instance `while parsing a block mapping`.
    let words: String
    let position: SourcePosition
  }

  /// Reads the error of a parser whose last call failed.
  @unsafe init(_ parser: UnsafePointer<yaml_parser_t>) {
    let problem = unsafe Self.words(parser.pointee.problem) ?? "unknown error"
    switch unsafe parser.pointee.error {
    case YAML_MEMORY_ERROR:
      self = .outOfMemory
    case YAML_READER_ERROR:
      self = .encoding(problem: problem, offset: Int(clamping: unsafe parser.pointee.problem_offset))
    default:
      let context = unsafe Self.words(parser.pointee.context).map {
        Context(words: $0, position: unsafe parser.pointee.context_mark.position)
      }
      self = .syntax(problem: problem, at: unsafe parser.pointee.problem_mark.position, context: context)
    }
  }

  /// Copies one of libyaml's messages, at most its first 200 bytes.
  private static func words(_ text: UnsafePointer<CChar>?) -> String? {
    guard let text = unsafe text else { return nil }
    let length = unsafe strnlen(text, 200)
    return unsafe String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
  }
}

extension LibyamlError {
  /// The error as a finding about the text that was read.
  func diagnostic(file: String, text: ArraySlice<UInt8>) -> Diagnostic {
    let (position, message): (SourcePosition, String) =
      switch self {
      case .outOfMemory: (SourcePosition(line: 1, column: 1), "there is not enough memory to read the file")
      case .unreadable(let position): (position, "not valid YAML: unreadable value")
      case .encoding(let problem, let offset):
        (Self.position(of: offset, in: text), "not valid YAML: \(problem); expected UTF-8 text")
      case .syntax(let problem, let position, let context):
        (position, "not valid YAML: \(problem)" + Self.phrase(context, problemLine: position.line))
      }
    return Diagnostic(file: file, position: position, path: "", message: message)
  }

  private static func phrase(_ context: Context?, problemLine: Int) -> String {
    guard let context else { return "" }
    let place = context.position.line == problemLine ? "" : " that starts on line \(context.position.line)"
    return " \(context.words)\(place)"
  }

  /// Counts lines, and characters within the line, up to a byte.
  private static func position(of offset: Int, in text: ArraySlice<UInt8>) -> SourcePosition {
    let before = text.prefix(max(offset, 0))
    let line = before.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? before.startIndex
    let column = before[lineStart...].reduce(1) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
    return SourcePosition(line: line, column: column)
  }
}

import FoundationEssentials
import Logging
import Netlink

/// Writes each message as one line on standard error: `text key=value …`, and in front of it what the journal reads as the
/// priority (sd-daemon(3)) where it is listening, else time and level.
struct ServiceLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info
  let prefix: Prefix

  enum Prefix: Sendable { case priority, time }

  func log(event: LogEvent) {
    let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
    let text = ([Self.line(event.message.description)] + fields.map { "\($0.key)=\(Self.value($0.value.description))" })
      .joined(separator: " ")
    switch prefix {
    case .priority: StandardError.write("<\(event.level.priority)>\(text)\n")
    case .time: StandardError.write("\(Self.time()) \(event.level.rawValue): \(text)\n")
    }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  private static func time() -> String { Date().formatted(.iso8601) }

  /// Without what would end the line.
  private static func line(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }

  /// In quotation marks where it is not one word.
  private static func value(_ text: String) -> String {
    let isWord = !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "_-./:,@+".contains($0) }
    guard !isWord else { return text }
    let escaped = text.map { character -> String in
      switch character {
      case "\"", "\\": "\\\(character)"
      default: character.isNewline ? "\\n" : String(character)
      }
    }
    return "\"\(escaped.joined())\""
  }
}

extension Logger.Level {
  /// As syslog(3) numbers them.
  fileprivate var priority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}

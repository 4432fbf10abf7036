import FoundationEssentials
import Logging
import Netlink
import NetworkTypes

/// Writes each message as one line on standard error: `text key=value …`, and in front of it what the journal reads as the
/// priority (sd-daemon(3)) where it is listening, else time and level.
struct ServiceLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info
  let prefix: Prefix

  enum Prefix: Sendable { case priority, time }

  func log(event: LogEvent) {
    let text = Self.text(event.message.description, metadata.merging(event.metadata ?? [:]) { _, new in new })
    switch prefix {
    case .priority: StandardError.write("<\(event.level.priority)>\(text)\n")
    case .time: StandardError.write("\(Self.time()) \(event.level.rawValue): \(text)\n")
    }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  static func text(_ message: String, _ metadata: Logger.Metadata) -> String {
    let fields = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\(value($0.value.description))" }
    return ([message.printable] + fields).joined(separator: " ")
  }

  private static func time() -> String { Date().formatted(.iso8601) }

  /// In quotation marks where it is not one word.
  private static func value(_ text: String) -> String {
    let isWord = !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "_-./:,@+".contains($0) }
    let line = text.printable
    guard !isWord else { return line }
    let escaped = line.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }
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

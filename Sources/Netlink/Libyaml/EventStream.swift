import CYaml
import MirrorModel

/// One step of a YAML document, copied out of libyaml.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    case scalar(text: String, style: YAMLNode.Style)
    case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    case alias
  }

  /// What a node carries besides its value.
  enum Property { case anchor, tag }

  let kind: Kind
  let position: SourcePosition
  let properties: [Property]
}

/// The events of one text, in order; owns libyaml's parser and the copy of the text that it reads from.
@safe struct EventStream: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  /// - Parameter bytes: UTF-8 without a byte order mark.
  /// - Returns: `nil` when there is no memory for the parser.
  init?(_ bytes: ArraySlice<UInt8>) {
    // One spare byte: libyaml asserts that the address is not null, also for an empty text.
    unsafe input = .allocate(capacity: bytes.count + 1)
    unsafe input.initialize(repeating: 0)
    unsafe _ = input.update(fromContentsOf: bytes)
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      unsafe input.deallocate()
      return nil
    }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event; not to be called after `.streamEnd` or an error.
  func next() throws(LibyamlError) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw unsafe LibyamlError(parser) }
    defer { unsafe yaml_event_delete(&event) }
    guard let kind = unsafe Self.kind(of: event) else { throw .unreadable(at: unsafe event.start_mark.position) }
    return unsafe YAMLEvent(kind: kind, position: event.start_mark.position, properties: Self.properties(of: event))
  }

  private static func kind(of event: yaml_event_t) -> YAMLEvent.Kind? {
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_STREAM_END_EVENT: return .streamEnd
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return .alias
    case YAML_SEQUENCE_START_EVENT: return .sequenceStart
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT: return .mappingStart
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      guard let value = unsafe scalar.value else { return nil }
      let octets = unsafe UnsafeBufferPointer(start: value, count: scalar.length)
      guard let text = unsafe String(validating: octets, as: UTF8.self) else { return nil }
      return .scalar(text: text, style: unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted)
    default: return nil
    }
  }

  private static func properties(of event: yaml_event_t) -> [YAMLEvent.Property] {
    let (anchor, tag) =
      switch unsafe event.type {
      case YAML_SCALAR_EVENT: unsafe (event.data.scalar.anchor, event.data.scalar.tag)
      case YAML_SEQUENCE_START_EVENT: unsafe (event.data.sequence_start.anchor, event.data.sequence_start.tag)
      case YAML_MAPPING_START_EVENT: unsafe (event.data.mapping_start.anchor, event.data.mapping_start.tag)
      default: (nil, nil)
      }
    return unsafe (anchor == nil ? [] : [.anchor]) + (tag == nil ? [] : [.tag])
  }
}

extension yaml_mark_t {
  /// libyaml counts from 0.
  var position: SourcePosition { SourcePosition(line: Int(clamping: line) + 1, column: Int(clamping: column) + 1) }
}

import TrafficControl

/// The messages of one datagram, with the steps that each of them performs.
struct RequestBatch {
  private(set) var messages: [MessageBuilder] = []
  private(set) var steps: [ArraySlice<Step>] = []
  private let sendLimit: Int
  private let answerLimit: Int
  private var size = 0
  private var answerSize = 0
  /// Actions that messages of this batch remove.
  private var removed: Set<ActionKey> = []
  private var removesMachinery = false

  init(_ socket: NetlinkSocket) {
    sendLimit = socket.sendLimit
    answerLimit = socket.answerLimit
  }

  var isEmpty: Bool { messages.isEmpty }
  var isFull: Bool { messages.count >= NetlinkSocket.batchLimit }

  /// Whether a step may go out before what became of the others is known.
  func goes(with step: Step) -> Bool {
    // The place of an action becomes free only when patience has led to its removal.
    if case .add(.action(let action)) = step, removed.contains(action.key) { return false }
    // Nor may a record go while something of its mirror may have to wait for that.
    return !(step.isAboutRecord && removesMachinery)
  }

  /// - Returns: `false`: there is no room for it.
  mutating func add(_ message: MessageBuilder, for steps: ArraySlice<Step>) -> Bool {
    let answer = Self.answerOverhead + 2 * message.length
    guard isEmpty || size + message.length <= sendLimit && answerSize + answer <= answerLimit else { return false }
    size += message.length
    answerSize += answer
    messages.append(message)
    self.steps.append(steps)
    for case .remove(.action(let action)) in steps {
      removed.insert(action.key)
      if !(steps.first?.isAboutRecord ?? false) { removesMachinery = true }
    }
    return true
  }

  /// What an acknowledgement and an echo of a small message take of a receive buffer, in bytes: `truesize` of a page each and of what
  /// keeps them (struct sk_buff).
  private static let answerOverhead = 10_240
}

extension Step {
  /// The steps at the beginning of others that go into one message with the first of them: pages of records, which are many and small.
  func company(in steps: ArraySlice<Step>) -> ArraySlice<Step> {
    guard isAboutRecord else { return steps.prefix(1) }
    return switch self {
    case .add: steps.prefix(ActionRequest.limit).prefix { if case .add = $0 { $0.isAboutRecord } else { false } }
    case .remove: steps.prefix(ActionRequest.limit).prefix { if case .remove = $0 { $0.isAboutRecord } else { false } }
    case .change: steps.prefix(1)
    }
  }
}

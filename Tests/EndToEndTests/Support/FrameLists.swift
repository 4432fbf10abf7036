/// What tests ask of the frames that they captured.
extension [Frame] {
  var requests: Int { count { $0.isEchoRequest } }
  var replies: Int { count { $0.isEchoReply } }

  /// One word for each frame, in order: `arp`, `request`, `reply`, or its description.
  var kinds: [String] {
    map { frame in
      if frame.isARP { return "arp" }
      if frame.isEchoRequest { return "request" }
      return frame.isEchoReply ? "reply" : frame.description
    }
  }
}

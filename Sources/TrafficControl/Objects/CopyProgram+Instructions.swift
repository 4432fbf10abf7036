import NetworkTypes

extension CopyProgram {
  /// By what a program that takes the place of another says that it has seen to a frame.
  ///
  /// Two programs are there at once for a moment. The new one is first; it leaves the secret of the old one in
  /// `__sk_buff.cb[3]` and `cb[4]`, which tcx programs hand on as they are, and the old one passes over frames that bear its
  /// secret. So every frame is copied by one of them, whatever the moment.
  public struct Handover: Hashable, Sendable {
    /// Of the program itself.
    public var own: UInt64
    /// Of the program whose place it takes; `nil`: there is none.
    public var predecessor: UInt64?
    /// What its mark is made of, if it leaves one.
    public var passage: PassageMark

    public init(own: UInt64, predecessor: UInt64? = nil, passage: PassageMark = PassageMark(secret: 0)) {
      self.own = own
      self.predecessor = predecessor
      self.passage = passage
    }
  }

  /// What tells a program from others: a hash of its instructions but for what differs each time that one is loaded. Its lowest bit
  /// tells whether the program marks frames.
  ///
  /// - Returns: `nil` where there are no instructions, see ``instructions(_:_:)``.
  public func hash(_ index: (String) -> UInt32?) -> UInt32? {
    instructions(Handover(own: 0), index).map { code in
      let hash = Fingerprint.of(code.flatMap(\.bytes))
      return UInt32(truncatingIfNeeded: hash ^ hash >> 32) & ~1 | (isMarking ? 1 : 0)
    }
  }

  /// The program. It always returns `TCX_NEXT`: the next program, or the filters of clsact, get the frame.
  ///
  /// - Parameter index: of an interface, by its name; `nil`: there is none.
  /// - Returns: `nil` where a device is missing that copies are sent to, a program cannot be translated, or a jump is too long.
  public func instructions(_ handover: Handover, _ index: (String) -> UInt32?) -> [ExtendedInstruction]? {
    guard isKnown else { return nil }
    var assembler = ExtendedAssembler()
    assembler.emit(.move(.r6, .r1))
    Self.passOver(handover, &assembler)
    for section in sections {
      let end = assembler.newLabel()
      for decision in section.decisions {
        let next = assembler.newLabel()
        let input = decision.match.inputDevice.map(index)
        // No frame has come in by an interface that does not exist.
        if case .some(.none) = input { continue }
        Self.test(decision.match.destination, from: input ?? nil, orGoTo: next, &assembler)
        if let frames = decision.frames {
          guard assembler.embed(frames, missesTo: next) else { return nil }
        }
        if let device = decision.device {
          guard let target = index(device) else { return nil }
          Self.copy(to: target, &assembler)
        }
        assembler.jump(to: end)
        assembler.place(next)
      }
      assembler.place(end)
    }
    if isMarking { handover.passage.leave(at: point.hook, &assembler) }
    if let predecessor = handover.predecessor { Self.leave(predecessor, &assembler) }
    assembler.emit(.move(.r0, Self.next))
    assembler.emit(.exit)
    return assembler.assemble()
  }

  /// Whose secret the frame bears has nothing to do, but there may be a third program, which the second one was to replace.
  private static func passOver(_ handover: Handover, _ assembler: inout ExtendedAssembler) {
    let begin = assembler.newLabel()
    for (offset, half) in zip(Field.secret, handover.own.halves) {
      assembler.emit(.load(.r2, .r6, offset))
      assembler.emit(.move32(.r3, half))
      assembler.jump(.unlessEqual, .r2, .r3, to: begin)
    }
    leave(handover.predecessor ?? 0, &assembler)
    assembler.emit(.move(.r0, next))
    assembler.emit(.exit)
    assembler.place(begin)
  }

  private static func leave(_ secret: UInt64, _ assembler: inout ExtendedAssembler) {
    for (offset, half) in zip(Field.secret, secret.halves) {
      assembler.emit(.move32(.r2, half))
      assembler.emit(.store(.r2, .r6, offset))
    }
  }

  /// - Parameter interface: by which the frame has to have come in; `nil`: by any.
  private static func test(
    _ destination: FlowerMatch.Destination?, from interface: UInt32?, orGoTo miss: ExtendedAssembler.Label,
    _ assembler: inout ExtendedAssembler
  ) {
    if let number = interface {
      assembler.emit(.load(.r2, .r6, Field.inputInterface))
      assembler.emit(.move32(.r3, Int32(bitPattern: number)))
      assembler.jump(.unlessEqual, .r2, .r3, to: miss)
    }
    switch destination {
    case nil: break
    case .group?:
      assembler.loadFrame(.byte, at: 0, missesTo: miss)
      assembler.emit(ExtendedInstruction(0x54, .r0, immediate: 1))
      assembler.jump(.ifEqual, .r0, 0, to: miss)
    case .broadcast?:
      assembler.loadFrame(.word, at: 0, missesTo: miss)
      assembler.emit(.move32(.r3, -1))
      assembler.jump(.unlessEqual, .r0, .r3, to: miss)
      assembler.loadFrame(.half, at: 4, missesTo: miss)
      assembler.jump(.unlessEqual, .r0, 0xffff, to: miss)
    }
  }

  private static func copy(to interface: UInt32, _ assembler: inout ExtendedAssembler) {
    assembler.emit(.move(.r1, .r6))
    assembler.emit(.move32(.r2, Int32(bitPattern: interface)))
    assembler.emit(.move(.r3, 0))
    assembler.emit(.call(cloneRedirect))
  }

  /// `TCX_NEXT`
  private static let next: Int32 = -1
  /// `BPF_FUNC_clone_redirect`: without flags the device sends the copy.
  private static let cloneRedirect: Int32 = 13

  /// Offsets in `struct __sk_buff`.
  private enum Field {
    /// `skb_iif`, at the egress hook too.
    static let inputInterface: Int16 = 36
    /// `cb[3]`, `cb[4]`
    static let secret: [Int16] = [60, 64]
  }
}

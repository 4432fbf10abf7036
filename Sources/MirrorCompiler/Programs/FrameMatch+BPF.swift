import NetworkTypes
import TrafficControl

extension FrameMatch {
  /// The program that matches these frames at a clsact hook, where the outer tag is in the frame's metadata; a frame that
  /// the host sends with the tag in its data is understood as well.
  ///
  /// `nil` if it needs more than the 4,096 instructions the kernel takes.
  var program: BPFProgram? { assemble { _, _ in } }

  /// Lets exactly these frames go on and drops all others, by its verdict; for stages.
  var sieve: BPFProgram? {
    assemble(
      hit: UInt32(bitPattern: Control.continue.rawValue), miss: UInt32(bitPattern: Control.drop.rawValue), .verdict
    ) { _, _ in }
  }

  /// The same without the frames to 01:80:c2:00:00:00...0f that concern the port itself and that no bridge forwards.
  var flooded: BPFProgram? {
    assemble { assembler, miss in
      let ordinary = assembler.newLabel()
      assembler.loadWord(at: 0)
      assembler.jump(unlessEqual: 0x0180_c200, to: ordinary)
      assembler.loadHalf(at: 4)
      assembler.jump(ifGreater: 0x000f, to: ordinary)
      if tags.protocols == .only(.dot1AD) {
        for address in Self.forwardedByServiceBridges { assembler.jump(ifEqual: address, to: ordinary) }
      }
      assembler.jump(to: miss)
      assembler.place(ordinary)
    }
  }

  /// The last two bytes of addresses that are a customer's affair (`BR_GROUPFWD_8021AD` of net/bridge/br_private.h).
  private static let forwardedByServiceBridges: [UInt32] = [0x00, 0x0b, 0x0c, 0x0d, 0x0f]

  /// Matches tags with VLAN ID 0 and PCP 0 (the drop eligible bit is not looked at), in metadata or in the data.
  static var emptyTag: BPFProgram? {
    var assembler = BPFAssembler()
    let miss = assembler.newLabel()
    let inData = assembler.newLabel()
    let compare = assembler.newLabel()
    assembler.loadMetadata(.vlanTagPresent)
    assembler.jump(ifEqual: 0, to: inData)
    assembler.loadMetadata(.vlanTag)
    assembler.jump(to: compare)
    assembler.place(inData)
    assembler.loadHalf(at: 12)
    assembler.jump(unlessEqual: UInt32(EtherType.dot1Q.rawValue), to: miss)
    assembler.loadHalf(at: 14)
    assembler.place(compare)
    assembler.and(0xefff)
    assembler.jump(unlessEqual: 0, to: miss)
    assembler.finish(0xffff_ffff)
    assembler.place(miss)
    assembler.finish(0)
    return assembler.assemble()
  }

  private func assemble(
    hit hitResult: UInt32 = 0xffff_ffff, miss missResult: UInt32 = 0, _ result: BPFProgram.Result = .match,
    _ prologue: (inout BPFAssembler, BPFAssembler.Label) -> Void
  ) -> BPFProgram? {
    var assembler = BPFAssembler()
    let hit = assembler.newLabel()
    let miss = assembler.newLabel()
    prologue(&assembler, miss)
    emit(into: &assembler, hit: hit, miss: miss)
    assembler.place(hit)
    assembler.finish(hitResult)
    assembler.place(miss)
    assembler.finish(missResult)
    guard let program = assembler.assemble(result: result), program.instructions.count <= 4096 else { return nil }
    return program
  }

  /// - Parameter isLast: no other frames are still to be told from these, so that the program may end at once.
  private func emit(
    into assembler: inout BPFAssembler, hit: BPFAssembler.Label, miss: BPFAssembler.Label, isLast: Bool = true
  ) {
    if let maximumLength { emitLength(maximumLength, into: &assembler, miss: miss) }
    excludedTunnel?.emit(into: &assembler, own: miss)
    for other in excluded {
      let next = assembler.newLabel()
      other.emit(into: &assembler, hit: miss, miss: next, isLast: false)
      assembler.place(next)
    }
    if !tags.isEverything {
      let tagged = assembler.newLabel()
      tags.emit(into: &assembler, hit: tagged, miss: miss)
      assembler.place(tagged)
    }
    if let expression {
      if isLast {
        assembler.append(expression, hit: hit, miss: miss)
      } else {
        assembler.appendBounded(expression, hit: hit, miss: miss)
      }
    } else {
      assembler.jump(to: hit)
    }
  }
}

extension FrameMatch {
  /// A tag in the metadata is not counted by the kernel, but takes 4 bytes on the wire.
  private func emitLength(_ maximum: UInt32, into assembler: inout BPFAssembler, miss: BPFAssembler.Label) {
    let untagged = assembler.newLabel()
    let fitting = assembler.newLabel()
    assembler.loadMetadata(.vlanTagPresent)
    assembler.jump(ifEqual: 0, to: untagged)
    assembler.loadLength()
    assembler.jump(ifGreater: maximum - 4, to: miss)
    assembler.jump(to: fitting)
    assembler.place(untagged)
    assembler.loadLength()
    assembler.jump(ifGreater: maximum, to: miss)
    assembler.place(fitting)
  }
}

extension FrameMatch.Tags {
  /// Jumps to one label for frames with these tags, to the other for the rest.
  fileprivate func emit(into assembler: inout BPFAssembler, hit: BPFAssembler.Label, miss: BPFAssembler.Label) {
    let inData = assembler.newLabel()
    let tagInData = assembler.newLabel()
    let noTag = assembler.newLabel()
    let vlan = assembler.newLabel()
    assembler.loadMetadata(.vlanTagPresent)
    assembler.jump(ifEqual: 0, to: inData)
    if case .only(let type) = protocols {
      assembler.loadMetadata(.vlanProtocol)
      assembler.jump(unlessEqual: UInt32(type.rawValue), to: noTag)
    }
    assembler.loadMetadata(.vlanTag)
    assembler.jump(to: vlan)
    assembler.place(inData)
    if tagsInData == .areOuter {
      assembler.loadHalf(at: 12)
      for type in protocols.types { assembler.jump(ifEqual: UInt32(type.rawValue), to: tagInData) }
    }
    assembler.place(noTag)
    assembler.jump(to: untagged ? hit : miss)
    if tagsInData == .areOuter {
      assembler.place(tagInData)
      assembler.loadHalf(at: 14)
    }
    assembler.place(vlan)
    assembler.and(0x0fff)
    let notZero = assembler.newLabel()
    assembler.jump(unlessEqual: 0, to: notZero)
    assembler.jump(to: priorityTagged ? hit : miss)
    assembler.place(notZero)
    tagged.emit(into: &assembler, hit: hit, miss: miss)
  }
}

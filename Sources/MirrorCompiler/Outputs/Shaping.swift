import MirrorModel
import NetworkTypes
import TrafficControl

/// What becomes of copies beside the changes that their output needs: `sample`, `rate`, `snaplen` and `normalize`.
///
/// Copies are picked and limited first, then counted in full, then cut.
struct Shaping {
  let workshop: Workshop
  let mirror: PortMirror
  /// The first of the exit's roles.
  let role: UInt32
  /// Whether copies are shaped where the peer of a hop receives them, and not at the egress hook of a stage.
  let passesHop: Bool

  private var hook: Hook { passesHop ? .ingress : .egress }

  var shape: CopyShape {
    var shape: CopyShape = isSampled ? .sampled : []
    if mirror.rate != nil { shape.insert(.limited) }
    if mirror.snaplen != nil { shape.insert(.cut) }
    return shape
  }

  /// Whether copies have to pass a place where they are picked, limited or cut.
  var isNeeded: Bool { !shape.isEmpty }

  private var isSampled: Bool { mirror.sample.map { $0.oneIn > 1 } ?? false }

  /// Drops the copies that are not wanted.
  func limits() throws(Finding) -> [StageFilter] {
    var filters: [StageFilter] = []
    if let sample = mirror.sample, isSampled {
      try workshop.require(.gactProbability, for: "sample")
      let sampling = Sampling(
        sample.choice == .counted ? .counted : .random, oneIn: UInt16(clamping: sample.oneIn), control: .continue)
      filters.append(
        StageFilter(
          classifier: .matchall, actions: [workshop.action(role + ExitRole.Counting.picking, .sample(sampling), .drop)])
      )
    }
    if let rate = mirror.rate {
      try workshop.require(.police, for: "rate")
      let bytes = UInt64(max(rate.bitsPerSecond / 8, 1))
      let burst = rate.burstBytes.map { UInt32(clamping: $0) } ?? Police.defaultBurst(rate: bytes)
      let police = Police(rate: bytes, burst: burst, conform: .continue)
      filters.append(StageFilter(classifier: .matchall, actions: [workshop.action(role, .police(police), .drop)]))
    }
    return filters
  }

  /// Cuts the copies; nothing where they stay whole.
  func cut() throws(Finding) -> [StageFilter] {
    guard let length = mirror.snaplen else { return [] }
    try workshop.require(.ebpf, for: "snaplen")
    return [StageFilter(classifier: .edit(.cut(Truncation(length: UInt16(clamping: length)))))]
  }

  /// The end of a way to one device.
  ///
  /// - Parameters:
  ///   - device: `nil` where it is gone.
  ///   - everything: what matches every copy.
  ///   - maximumLength: bytes, VLAN tag included, of the longest copies that the device takes; longer ones are counted as lost.
  func ending(
    to device: String?, matchingAll everything: Classifier = .matchall, maximumLength: UInt32? = nil
  ) throws(Finding) -> [StageFilter] {
    let (place, counts) = delivery
    let deliver = workshop.action(role + place, .mirred(Mirred(.redirect, to: device)), .stolen, counts: counts)
    let filters = try limits() + countBeforeCut + cut()
    guard let maximumLength, let fitting = FrameMatch(maximumLength: maximumLength).program else {
      return filters + [StageFilter(classifier: everything, actions: [deliver])]
    }
    let drop = workshop.action(role + ExitRole.Counting.tooLong, .gact, .drop, counts: .loss)
    let lose = mirror.snaplen == nil ? [countBytes(.pipe), drop] : [drop]
    return filters + [
      StageFilter(classifier: .bpf(fitting), actions: [deliver]), StageFilter(classifier: .matchall, actions: lose),
    ]
  }

  private var delivery: (UInt32, Cookie.Role) {
    guard mirror.snaplen == nil else { return (ExitRole.cut, .packetCounter) }
    return hook == .ingress
      ? (ExitRole.received, .counterWithoutHeader) : (ExitRole.delivery, .counterWithHeader)
  }

  /// Bytes are counted as long as they are all there.
  private var countBeforeCut: [StageFilter] {
    mirror.snaplen == nil ? [] : [StageFilter(classifier: .matchall, actions: [countBytes(.continue)])]
  }

  private func countBytes(_ control: Control) -> Action {
    let (place, counts): (UInt32, Cookie.Role) =
      hook == .ingress
      ? (ExitRole.Counting.bytesReceived, .byteCounterWithoutHeader)
      : (ExitRole.Counting.bytes, .byteCounterWithHeader)
    return workshop.action(role + place, .gact, control, counts: counts)
  }
}

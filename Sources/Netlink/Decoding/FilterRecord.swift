import CMnl
import NetworkTypes
import TrafficControl

/// A filter as one `RTM_NEWTFILTER` message describes it, without the name of its interface.
struct FilterRecord {
  var handle: UInt32
  var preference: UInt16
  var frameProtocol: EtherType
  /// 0 where the kernel does not mention it.
  var chain: UInt32
  /// `TCA_KIND`
  var kind: String
  /// How it decides; `nil`: in a way that is never ours.
  var classifier: Classifier?
  var actions: [ActionRecord]
  /// `TCA_CLS_FLAGS_*`
  var flags: UInt32
  /// What it is to us if it is not ours; `nil` for filters with our mark.
  var foreign: ForeignFilter?

  /// Reads the payload of an `RTM_NEWTFILTER` message.
  ///
  /// - Returns: `nil` for what a dump lists besides filters: the head of a preference and the tables of cls_u32.
  static func decode(_ payload: ArraySlice<UInt8>) throws(MalformedMessage) -> FilterRecord? {
    let header = try payload.header(tcmsg.self)
    let attributes = try Attributes(payload.dropping(tcmsg.self))
    let kind = attributes.text(TCA_KIND) ?? ""
    let isHead = header.tcm_handle == 0 && attributes[TCA_OPTIONS] == nil
    let isTable = kind == "u32" && header.tcm_handle & ~HeaderConstants.u32TableMask == 0
    if isHead || isTable { return nil }
    let options = try attributes.nested(TCA_OPTIONS)
    let decoded = try ClassifierDecoder.decode(kind, options)
    var record = FilterRecord(
      handle: header.tcm_handle, preference: UInt16(header.tcm_info >> 16),
      frameProtocol: EtherType(rawValue: UInt16(truncatingIfNeeded: header.tcm_info).bigEndian),
      chain: attributes.value(TCA_CHAIN, UInt32.self) ?? 0, kind: kind,
      classifier: decoded.classifier, actions: try ActionRecord.list(decoded.actions),
      flags: Classifier.flagsAttribute(of: kind).flatMap { options.value($0, UInt32.self) } ?? 0)
    if !record.isMarked { record.foreign = try ForeignFilter(record, options) }
    return record
  }

  /// Whether hardware runs it.
  var isInHardware: Bool { flags & UInt32(TCA_CLS_FLAGS_IN_HW) != 0 }

  /// Whether it binds an action that carries our mark, or is a drop of ours.
  var isMarked: Bool {
    actions.contains { $0.cookie != nil && $0.index >= ActionRecord.firstOwnIndex }
      || kind == "bpf" && handle == Filter.dropHandle
  }

  /// The filter as it was asked for; `nil` where it is not one that we could have made.
  func filter(at point: HookPoint) -> Filter? {
    let keys = actions.compactMap(\.key)
    guard let classifier, chain == 0, keys.count == actions.count else { return nil }
    let named = classifier == .u32MatchAll ? KernelHandle.canonical(handle) : handle
    return Filter(
      key: FilterKey(point, preference: preference, handle: named), frameProtocol: frameProtocol,
      classifier: classifier, actions: keys, offload: OffloadPolicy(classifierFlags: flags))
  }
}

/// What the kernel calls a cls_u32 filter.
///
/// Its handle contains the number of the table that its preference has, 800 for the first preference of a hook, 801 for the
/// next and so on, also when the other ones belong to other tools. So a ``Filter`` always names table 800, what is created
/// names none, and for what is removed or replaced the number is looked up.
enum KernelHandle {
  /// The handle by which a ``Filter`` is known.
  static func canonical(_ handle: UInt32) -> UInt32 {
    HeaderConstants.u32FirstTable | handle & HeaderConstants.u32NodeMask
  }

  /// The handle to create a filter with.
  static func creating(_ filter: Filter) -> UInt32 {
    guard filter.classifier == .u32MatchAll else { return filter.key.handle }
    return filter.key.handle & HeaderConstants.u32NodeMask
  }
}

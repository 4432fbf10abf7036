import MirrorCompiler
import MirrorController
import TrafficControl

/// The status of all mirrors, and of what their profiles ask of bridges, for programs.
struct StatusDocument: Encodable {
  struct Bridge: Encodable {
    var name: String
    var profile: String
    var floodVlans: [UInt16]
  }

  var mirrors: [MirrorDocument]
  var bridges: [Bridge]

  init(_ status: Status) {
    mirrors = status.mirrors.map(MirrorDocument.init)
    bridges = status.bridges.map {
      Bridge(name: $0.settings.name, profile: $0.profile, floodVlans: $0.settings.floodVLANs)
    }
  }
}

/// One mirror of ``StatusDocument``.
struct MirrorDocument: Encodable {
  struct Source: Encodable {
    var interface: String
    var side: String
    var operational: Bool

    init(_ source: MirrorReport.Source) {
      interface = source.interface
      side = source.side.rawValue
      operational = source.isOperational
    }
  }

  struct Output: Encodable {
    var kind: String
    var interface: String
    var operational: Bool
  }

  /// What the profile asks for, and how many of the filters at selected ports hardware runs.
  struct Offload: Encodable {
    var policy: String
    var filters: Int
    var inHardware: Int
  }

  var name: String
  var profile: String
  /// Which file of the service's directory it is from; `nil`: it was applied by command.
  var file: String?
  var state: String
  var reasons: [String]
  var notes: [String]
  var bridge: String?
  var sources: [Source]
  /// Ports that are named and not there.
  var missingSources: [Source]
  var outputs: [Output]
  var txPackets: UInt64
  var txBytes: UInt64
  var dropped: UInt64
  var offload: Offload

  init(_ mirror: Status.Mirror) {
    let report = mirror.report
    name = report.name
    profile = report.owner.profile
    file = mirror.keeper.file
    state = report.state.rawValue
    reasons = report.reasons
    notes = report.notes
    bridge = report.mirror.bridge
    sources = report.sources.map(Source.init)
    missingSources = report.missingSources.map(Source.init)
    outputs = report.outputs.map { Output(kind: $0.kind, interface: $0.interface, operational: $0.isOperational) }
    txPackets = mirror.counters.txPackets
    txBytes = mirror.counters.txBytes
    dropped = mirror.counters.dropped
    offload = Offload(
      policy: report.mirror.offload.rawValue, filters: mirror.hardware.filters, inHardware: mirror.hardware.inHardware)
  }

  private enum CodingKeys: String, CodingKey {
    case name, profile, file, state, reasons, notes, bridge, sources, missingSources, outputs, txPackets, txBytes,
      dropped, offload
  }

  /// Writes `bridge` and `file` also where there is none, so that the keys are always the same.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(profile, forKey: .profile)
    try container.encode(file, forKey: .file)
    try container.encode(state, forKey: .state)
    try container.encode(reasons, forKey: .reasons)
    try container.encode(notes, forKey: .notes)
    try container.encode(bridge, forKey: .bridge)
    try container.encode(sources, forKey: .sources)
    try container.encode(missingSources, forKey: .missingSources)
    try container.encode(outputs, forKey: .outputs)
    try container.encode(txPackets, forKey: .txPackets)
    try container.encode(txBytes, forKey: .txBytes)
    try container.encode(dropped, forKey: .dropped)
    try container.encode(offload, forKey: .offload)
  }
}

/// A mirror with its kernel objects for programs.
struct ShowDocument: Encodable {
  var mirror: MirrorDocument
  var kernelObjects: [String]

  init(_ mirror: Status.Mirror) {
    self.mirror = MirrorDocument(mirror)
    kernelObjects = mirror.objects.map(\.brief)
  }
}

/// What a kernel can do, for programs.
struct ProbeDocument: Encodable {
  struct Answer: Encodable {
    var feature: String
    var available: Bool
    var kernelOption: String
  }

  var complete: Bool
  var features: [Answer]

  init(_ features: Set<Feature>) {
    complete = features.count == Feature.allCases.count
    self.features = Feature.allCases.sorted().map {
      Answer(feature: $0.rawValue, available: features.contains($0), kernelOption: $0.kernelOption)
    }
  }
}

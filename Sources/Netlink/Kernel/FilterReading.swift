import CMnl
import Glibc
import TrafficControl

/// What there is at the hooks of some interfaces.
struct HookContents: Sendable {
  /// Interfaces whose clsact qdisc carries our mark.
  var marked: Set<UInt32> = []
  var filters: [Hooked] = []

  /// The filters at one hook.
  struct Hooked: Sendable {
    var interface: UInt32
    var hook: Hook
    var records: [FilterRecord]
  }

  fileprivate mutating func append(_ other: HookContents) {
    marked.formUnion(other.marked)
    filters += other.filters
  }
}

/// Asks for the filters and marks of qdiscs.
///
/// Filters can be asked for by hook only, and of one socket the kernel answers one such question at a time. So where there are many,
/// a second thread with a socket of its own asks for one half of them.
struct FilterReading {
  /// From how many hooks on a second thread is worth starting.
  static let threshold = 1000

  private let qdiscs: [(interface: UInt32, kind: Interface.ClassifierQdisc)]

  init(_ qdiscs: [UInt32: Interface.ClassifierQdisc]) {
    self.qdiscs = qdiscs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  var isLarge: Bool {
    qdiscs.count >= Self.threshold / Hook.allCases.count
      && qdiscs.reduce(0) { $0 + $1.kind.hooks.count } >= Self.threshold
  }

  /// Asks on as many threads as are of use.
  func contents(_ socket: NetlinkSocket) throws(KernelError) -> HookContents {
    try isLarge && sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 ? inHalves(socket) : onOneThread(socket)
  }

  func onOneThread(_ socket: NetlinkSocket) throws(KernelError) -> HookContents { try Self.read(qdiscs[...], socket) }

  /// Asks on two threads; on one, where there can be no second one or no second socket.
  ///
  /// - Parameter open: opens the second socket.
  func inHalves(
    _ socket: NetlinkSocket,
    opening open: @escaping @Sendable () throws(NetlinkFailure) -> NetlinkSocket = { () throws(NetlinkFailure) in
      try NetlinkSocket()
    }
  ) throws(KernelError) -> HookContents {
    let (near, far) = (qdiscs[..<(qdiscs.count / 2)], qdiscs[(qdiscs.count / 2)...])
    let (side, main) = SideThread.run(
      { () throws(KernelError) -> HookContents? in
        guard let socket = try? open() else { return nil }
        return try Self.read(far, socket)
      },
      beside: { () throws(KernelError) in try Self.read(near, socket) })
    var contents = try main.get()
    if let other = try side?.get() {
      contents.append(other)
    } else {
      contents.append(try Self.read(far, socket))
    }
    return contents
  }

  private static func read(
    _ qdiscs: ArraySlice<(interface: UInt32, kind: Interface.ClassifierQdisc)>, _ socket: NetlinkSocket
  ) throws(KernelError) -> HookContents {
    var contents = HookContents(marked: try marked(qdiscs.filter { $0.kind == .clsact }.map(\.interface), socket))
    for (interface, kind) in qdiscs {
      for hook in kind.hooks {
        contents.filters.append(
          .init(interface: interface, hook: hook, records: try socket.filters(interface, hook)))
      }
    }
    return contents
  }

  /// Which of the clsact qdiscs carry our mark.
  private static func marked(_ interfaces: [UInt32], _ socket: NetlinkSocket) throws(KernelError) -> Set<UInt32> {
    let outcomes = try socket.asking("tc chain get") { () throws(NetlinkFailure) in
      try socket.requestAll(interfaces.map(QdiscRequest.findMark), endedBy: .reply)
    }
    return Set(zip(interfaces, outcomes).filter { if case .done = $0.1 { true } else { false } }.map(\.0))
  }
}

extension NetlinkSocket {
  /// The filters at a hook; none where the interface or its qdisc has gone in the meantime.
  func filters(_ interface: UInt32, _ hook: Hook) throws(KernelError) -> [FilterRecord] {
    do throws(KernelError) {
      return try list(
        FilterRequest.dump(interface: interface, hook), "tc filter show \(hook.rawValue)", FilterRecord.decode
      ).compactMap(\.self)
    } catch {
      if [ENODEV, EINVAL, ENOENT].contains(error.errno) { return [] }
      throw error
    }
  }
}

extension Interface.ClassifierQdisc {
  fileprivate var hooks: [Hook] {
    switch self {
    case .clsact: Hook.allCases
    case .ingress: [.ingress]
    case .none: []
    }
  }
}

import CMnl
import NetworkTypes
import Synchronization
import TrafficControl

/// The running kernel, in one network namespace, spoken to by rtnetlink(7).
///
/// To be used by one thread at a time.
public final class LinuxKernel: Kernel {
  let socket: NetlinkSocket
  /// Renewed whenever steps are performed.
  var table = InterfaceTable()
  /// The programs that filters share.
  let sharing = ProgramSharing()
  /// The guards of filters; those of each plan are different.
  var guards = GuardLoading()
  /// The tcx programs of ours.
  var programs: [TCXHook: OwnPrograms] = [:]
  /// What is known of features, and what of it is taken on trust. One kernel answers for all namespaces.
  private static let answers = Mutex<(known: [Feature: Bool], assumed: Set<Feature>)>(([:], []))

  /// - Parameter namespace: a namespace of ip-netns(8), into which the calling thread moves for good; `nil`: where it is.
  /// - Throws: where there is no such namespace or the process may not enter it.
  public init(namespace: String? = nil) throws(KernelError) {
    if let namespace { try NetworkNamespace.enter(namespace) }
    do throws(NetlinkFailure) { socket = try NetlinkSocket() } catch {
      throw KernelError(error, request: "open a netlink socket")
    }
  }

  /// The port (`nlmsg_pid`) that the notifications of what is done here carry, where the kernel names a culprit at all.
  public var port: UInt32 { socket.port }

  /// What this kernel can do: as ``SavedFeatures`` have it, and what they do not tell by a ``probe(_:)``.
  ///
  /// Without either the answer is everything: the kernel itself refuses what it cannot do.
  public func features(among features: Set<Feature>) throws(KernelError) -> Set<Feature> {
    var (known, assumed) = Self.answers.withLock { $0 }
    if !features.isSubset(of: known.keys) {
      known.merge(SavedFeatures.read() ?? [:]) { mine, _ in mine }
      let unknown = features.subtracting(known.keys)
      if !unknown.isEmpty {
        let present = try Self.probe(unknown)
        if present == nil { assumed.formUnion(unknown) }
        for feature in unknown { known[feature] = present?.contains(feature) ?? true }
      }
      Self.answers.withLock { [known, assumed] in $0 = (known, assumed) }
    }
    return features.filter { known[$0] == true }
  }

  /// Which of some features this kernel has, each tried out in a network namespace of its own, if that takes no module that is not
  /// loaded; see ``KernelModules``.
  ///
  /// - Returns: `nil` where there can be no trial: it takes CAP_SYS_ADMIN.
  public static func probe(_ features: Set<Feature>) throws(KernelError) -> Set<Feature>? {
    do throws(NetlinkFailure) {
      let trial = try NetworkNamespace.inScratch { () throws(NetlinkFailure) in
        (socket: try NetlinkSocket(isScratch: true), takesPrograms: features.contains(.tcx) && TCXHook.isAvailable)
      }
      return trial.map {
        FeatureProbe(socket: $0.socket, modules: .running, takesPrograms: $0.takesPrograms).features(among: features)
      }
    } catch {
      throw KernelError(error, request: "ip netns add")
    }
  }

  /// Saves what has been found out, so that the next program need not.
  public static func saveFeatures() throws(KernelError) {
    let (known, assumed) = answers.withLock { $0 }
    let found = known.filter { !assumed.contains($0.key) }
    let saved = SavedFeatures.read() ?? [:]
    guard !found.allSatisfy({ saved[$0.key] == $0.value }) else { return }
    try SavedFeatures.save(saved.merging(found) { _, new in new }, to: SavedFeatures.path)
  }
}

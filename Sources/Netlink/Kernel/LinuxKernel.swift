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
  /// What ``features(among:)`` has found. One kernel answers for all namespaces.
  private static let answers = Mutex<[Feature: Bool]>([:])

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

  /// What this kernel can do, each feature tried out once in a network namespace of its own. A trial may load a module.
  ///
  /// Without CAP_SYS_ADMIN there can be none. Then ``SavedFeatures`` are believed, and without those the answer is everything:
  /// the kernel itself refuses what it cannot do.
  public func features(among features: Set<Feature>) throws(KernelError) -> Set<Feature> {
    var answers = Self.answers.withLock { $0 }
    let unknown = features.filter { answers[$0] == nil }
    if !unknown.isEmpty {
      do throws(NetlinkFailure) {
        let socket = try NetworkNamespace.inScratch { () throws(NetlinkFailure) in
          try NetlinkSocket(isScratch: true)
        }
        let present =
          socket.map { FeatureProbe(socket: $0).features(among: unknown) } ?? SavedFeatures.read() ?? unknown
        for feature in unknown { answers[feature] = present.contains(feature) }
        Self.answers.withLock { $0.merge(answers) { $1 } }
      } catch {
        throw KernelError(error, request: "ip netns add")
      }
    }
    return features.filter { answers[$0] == true }
  }
}

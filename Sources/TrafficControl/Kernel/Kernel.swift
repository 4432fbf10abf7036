/// The boundary to a kernel: one look and one way to change things, in one network namespace.
public protocol Kernel {
  /// Which of some features the kernel has, found by trying them.
  func features(among features: Set<Feature>) throws(KernelError) -> Set<Feature>

  /// Looks at everything but the features and the routes.
  func snapshot() throws(KernelError) -> HostSnapshot

  /// Looks at some interfaces only: the links, their clsact qdiscs and filters. The names of other interfaces are those of the
  /// last look.
  ///
  /// - Parameter interfaces: their indexes; what is gone is missing in the answer.
  func snapshot(of interfaces: Set<UInt32>) throws(KernelError) -> HostSnapshot

  /// How packets leave the host; questions to which there is no route are left out.
  func routes(_ questions: Set<RouteQuestion>) throws(KernelError) -> [RouteQuestion: Route]

  /// The interfaces with an address that is good for more than one link: those that the host's own packets can leave by.
  func addressedInterfaces() throws(KernelError) -> Set<String>

  /// The tcx programs at some hooks, as far as the kernel has such programs and the process may know of them; hooks without are
  /// left out. The names of interfaces are those of the last look.
  func tcxPrograms(at points: Set<HookPoint>) -> [HookPoint: [TCXProgram]]

  /// The classic BPF program of a pcap-filter(7) expression, made for the clsact hooks of this kernel.
  func program(for expression: String) throws(KernelError) -> BPFProgram

  /// Performs the steps in order and stops at the first that fails; it never undoes anything by itself.
  ///
  /// - Parameters:
  ///   - names: which index an interface's name stands for.
  ///   - isInterrupted: asked between requests; when it says yes, the rest is left undone.
  func perform(_ steps: [Step], names: InterfaceNames, isInterrupted: () -> Bool) -> Execution
}

extension Kernel {
  /// Performs the steps with the names as they are now.
  public func perform(_ steps: [Step], isInterrupted: () -> Bool) -> Execution {
    perform(steps, names: .ofNow, isInterrupted: isInterrupted)
  }
}

/// Whose names of interfaces count.
public enum InterfaceNames: Hashable, Sendable {
  /// Those that the kernel has now: all interfaces are listed first.
  case ofNow
  /// Those of the last look at them.
  case ofLastLook
}

/// How far the kernel went along a plan.
public struct Execution: Sendable {
  /// The steps that took effect, in order.
  public var done: [Step]
  /// Why it did not go further; `nil`: all steps are done.
  public var failure: KernelError?
  /// Whether the kernel has shown everything that the steps have put there, just as it was asked for: then a look would tell
  /// nothing new.
  public var isShown: Bool

  public init(done: [Step] = [], failure: KernelError? = nil, isShown: Bool = false) {
    self.done = done
    self.failure = failure
    self.isShown = isShown
  }
}

import NetworkTypes

/// The boundary to a kernel: one look and one way to change things, in one network namespace.
public protocol Kernel {
  /// What the kernel can do, found by trying.
  func features() throws(KernelError) -> Set<Feature>

  /// Looks at everything but the features and the routes.
  func snapshot() throws(KernelError) -> HostSnapshot

  /// How the routes lead to the addresses; addresses without a route are left out.
  func routes(to addresses: Set<IPAddress>) throws(KernelError) -> [IPAddress: Route]

  /// The classic BPF program of a pcap-filter(7) expression, made for the clsact hooks of this kernel.
  func program(for expression: String) throws(KernelError) -> BPFProgram

  /// Performs the steps in order and stops at the first that fails; it never undoes anything by itself.
  ///
  /// - Parameter isInterrupted: asked between requests; when it says yes, the rest is left undone.
  func perform(_ steps: [Step], isInterrupted: () -> Bool) -> Execution
}

/// How far the kernel went along a plan.
public struct Execution: Sendable {
  /// The steps that took effect, in order.
  public var done: [Step]
  /// Why it did not go further; `nil`: all steps are done.
  public var failure: KernelError?

  public init(done: [Step] = [], failure: KernelError? = nil) {
    self.done = done
    self.failure = failure
  }
}

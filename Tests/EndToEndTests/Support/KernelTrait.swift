import Glibc
import Testing

/// On which kernels a suite runs. `scripts/test` has up to three run at once, and tells each by the environment what is its part:
/// `MIRRORCTL_KERNEL` is `small` where features are missing, and `full` where another runs what a small one can show once.
/// `MIRRORCTL_SHARES` names a folder that full kernels share the suites by: the first that makes a suite's folder in it runs
/// the suite. Without these variables everything runs.
struct KernelTrait: SuiteTrait, TestScoping {
  fileprivate enum Need { case everything, little, nothing }

  fileprivate let need: Need

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    if try isWanted && isOurs(test.name) { try await function() }
  }

  private var isWanted: Bool {
    switch Self.variable("MIRRORCTL_KERNEL") {
    case "small": need != .everything
    case "full": need != .nothing
    default: true
    }
  }

  /// Making a folder is atomic also on the host's files in user-mode Linux, unlike making a file.
  private func isOurs(_ name: String) throws -> Bool {
    guard let folder = Self.variable("MIRRORCTL_SHARES") else { return true }
    if unsafe mkdir("\(folder)/\(name)", 0o755) == 0 { return true }
    guard errno == EEXIST else { throw SystemError("mkdir \(folder)/\(name)") }
    return false
  }

  private static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}

extension Trait where Self == KernelTrait {
  /// Needs a kernel that has everything.
  static var fullKernel: Self { KernelTrait(need: .everything) }
  /// Is about the kernel, and needs little of it.
  static var anyKernel: Self { KernelTrait(need: .little) }
  /// Is about the program: shows the same on each kernel.
  static var oneKernel: Self { KernelTrait(need: .nothing) }
}

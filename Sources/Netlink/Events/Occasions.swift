/// What has happened since the last look, merged: a burst of events is one value, and what it says is only where to look again.
public struct Occasions: Hashable, Sendable {
  /// What rtnetlink(7) has told of the network namespace.
  public enum Kernel: Int, Hashable, Sendable, Comparable {
    case unchanged
    /// Something that was watched is different.
    case changed
    /// Events were lost or cannot be read: anything may be different.
    case lost

    public static func < (one: Kernel, other: Kernel) -> Bool { one.rawValue < other.rawValue }
  }

  /// What has become of the files of the directory.
  public enum Files: Hashable, Sendable {
    case unchanged
    /// These names were written and closed, linked, renamed or removed. Links of other names may lead through them.
    case some(Set<String>)
    /// Events were lost, or the directory itself appeared, vanished, moved or was replaced.
    case all
  }

  public var kernel: Kernel
  public var files: Files
  /// Whether SIGHUP came.
  public var isReloadRequested: Bool
  /// SIGTERM or SIGINT, whichever came first.
  public var stopSignal: Int32?

  public init(
    kernel: Kernel = .unchanged, files: Files = .unchanged, isReloadRequested: Bool = false, stopSignal: Int32? = nil
  ) {
    self.kernel = kernel
    self.files = files
    self.isReloadRequested = isReloadRequested
    self.stopSignal = stopSignal
  }

  /// Whether nothing has happened.
  public var isEmpty: Bool { self == Occasions() }

  /// Whether something in the kernel has changed and nothing else.
  public var isAboutKernelOnly: Bool { self == Occasions(kernel: .changed) }

  /// Adds what has happened besides.
  public mutating func merge(_ other: Occasions) {
    kernel = max(kernel, other.kernel)
    files.merge(other.files)
    isReloadRequested = isReloadRequested || other.isReloadRequested
    stopSignal = stopSignal ?? other.stopSignal
  }
}

extension Occasions.Files {
  /// Names that are told one by one; more are `all`.
  static let nameLimit = 1000

  mutating func merge(_ other: Self) {
    switch (self, other) {
    case (_, .unchanged): break
    case (.unchanged, _): self = other
    case (.some(let names), .some(let others)):
      let union = names.union(others)
      self = union.count <= Self.nameLimit ? .some(union) : .all
    default: self = .all
    }
  }
}

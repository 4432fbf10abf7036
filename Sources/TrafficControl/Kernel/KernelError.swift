/// What the kernel refused, and in which words.
public struct KernelError: Error, Hashable, Sendable {
  /// What can be done about it.
  public enum Cause: Hashable, Sendable {
    /// `EPERM`, `EACCES`: CAP_NET_ADMIN is missing.
    case notPermitted
    /// The kernel has no code for it.
    case notSupported
    /// Only hardware is to run something, and none takes it.
    case notInHardware
    /// `ENODEV`, `ENOENT`: something that the request names is gone.
    case notFound
    /// `EEXIST`, `EBUSY`: something is in the way.
    case inTheWay
    /// `ENOBUFS`, `ENOMEM`, `EMFILE`, `EINTR`, an interrupted dump: trying again can help.
    case passing
    /// A signal asked the program to stop.
    case interrupted
    case other
  }

  public var cause: Cause
  /// A positive errno value; 0 where the refusal is our own.
  public var errno: Int32
  /// The request in the words of tc(8), ip(8) or bridge(8).
  public var request: String
  /// The kernel's own text (`NLMSGERR_ATTR_MSG`) or, failing that, the text of the errno.
  public var text: String
  /// Where in the request the offending attribute is (`NLMSGERR_ATTR_OFFS`), in bytes.
  public var attributeOffset: UInt32?

  public init(
    cause: Cause, errno: Int32 = 0, request: String, text: String, attributeOffset: UInt32? = nil
  ) {
    self.cause = cause
    self.errno = errno
    self.request = request
    self.text = text
    self.attributeOffset = attributeOffset
  }
}

extension KernelError: CustomStringConvertible {
  public var description: String { "\(request): \(text)" }
}

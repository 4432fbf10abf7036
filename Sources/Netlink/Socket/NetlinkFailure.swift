import Glibc
import TrafficControl

/// Why a request has no good answer, before the request's own words are added.
struct NetlinkFailure: Error, Hashable, Sendable {
  /// A positive errno value; 0 where the refusal is our own.
  var errno: Int32
  /// The kernel's words, or ours where it has none.
  var text: String?
  var attributeOffset: UInt32?
  /// What can be done about it, where the errno alone does not tell.
  var cause: KernelError.Cause?

  init(errno: Int32, text: String? = nil, attributeOffset: UInt32? = nil, cause: KernelError.Cause? = nil) {
    self.errno = errno
    self.text = text
    self.attributeOffset = attributeOffset
    self.cause = cause
  }

  /// What the kernel refused; `nil`: it did not.
  init?(_ answer: Acknowledgement) {
    guard answer.errno != 0 else { return nil }
    self.init(errno: answer.errno, text: answer.text, attributeOffset: answer.attributeOffset)
  }

  init(_ malformed: MalformedMessage) {
    self.init(errno: EBADMSG, text: "the kernel's answer is malformed: no whole \(malformed.expected)")
  }

  /// What the kernel says, with `EPERM`, where an action cannot be deleted because it is bound.
  static let boundAction = "Failed to delete TC action"

  /// Whether an action was not deleted because filters are bound to it.
  var isBoundAction: Bool { errno == EPERM && text?.contains(Self.boundAction) ?? false }

  /// Whether an action is to be bound that is not there: act_mirred, act_gact and act_police then take the request for one that
  /// is to create it, and find that it does not say how.
  var isMissingAction: Bool {
    errno == EINVAL
      && ["Unknown mirred option", "invalid control action"].contains { text?.contains($0) ?? false }
  }

  /// The error that the last system call left behind.
  static var last: NetlinkFailure { NetlinkFailure(errno: Glibc.errno) }

  static func missingInterface(_ name: String) -> NetlinkFailure {
    NetlinkFailure(errno: ENODEV, text: "there is no interface \(name)", cause: .notFound)
  }
}

extension KernelError {
  init(_ failure: NetlinkFailure, request: String) {
    self.init(
      cause: failure.cause ?? Cause(errno: failure.errno, text: failure.text), errno: failure.errno,
      request: request, text: failure.text ?? SystemText.of(failure.errno),
      attributeOffset: failure.attributeOffset)
  }
}

extension KernelError.Cause {
  /// What the kernel says where code for a qdisc, classifier or action is not built in and no module can be loaded.
  private static let missingCode = [
    "TC classifier not found", "Failed to load TC action module", "Specified qdisc kind is unknown",
    "Unknown device type",
  ]

  /// What the kernel says, with `EINVAL`, where the interface of a filter has no qdisc: it is not the one that had it.
  private static let missingQdisc = "Parent Qdisc doesn't exist"

  /// What the kernel says, with `EINVAL`, where somebody else's filter has the preference.
  private static let takenPreference = [
    "Specified filter kind does not match", "Filter with specified priority/protocol not found",
  ]

  /// Sorts a refusal; the text decides where one errno stands for different things.
  init(errno: Int32, text: String?) {
    let text = text ?? ""
    if Self.missingCode.contains(where: text.contains) {
      self = .notSupported
    } else if [NetlinkFailure.boundAction, "filter block is shared", "externally controlled device"].contains(
      where: text.contains)
    {
      // EPERM because filters are bound to it; EOPNOTSUPP because the block belongs to several interfaces; EPERM because a geneve
      // device takes all VNIs at its port.
      self = .inTheWay
    } else if errno == EINVAL, text.contains(Self.missingQdisc) {
      self = .notFound
    } else if errno == EINVAL, Self.takenPreference.contains(where: text.contains) {
      self = .inTheWay
    } else {
      self =
        switch errno {
        case EPERM, EACCES: .notPermitted
        case EOPNOTSUPP, EAFNOSUPPORT, EPROTONOSUPPORT: .notSupported
        case ENODEV, ENOENT, ENXIO: .notFound
        case EEXIST, EBUSY: .inTheWay
        case ENOBUFS, ENOMEM, EMFILE, ENFILE, EINTR, EAGAIN, ETIMEDOUT: .passing
        default: .other
        }
    }
  }
}

/// The C library's text for an errno value.
enum SystemText {
  static func of(_ errno: Int32) -> String {
    guard let text = unsafe strerror(errno) else { return "error \(errno)" }
    return unsafe String(cString: text)
  }
}

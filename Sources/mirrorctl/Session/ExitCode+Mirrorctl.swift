import ArgumentParser
import Glibc
import Netlink

extension ExitCode {
  /// `plan` found changes.
  static let changesFound = ExitCode(2)
  /// `EX_DATAERR`: the profile is invalid.
  static let invalidProfile = ExitCode(65)
  /// `EX_UNAVAILABLE`: the kernel lacks a needed feature.
  static let missingFeature = ExitCode(69)
  /// `EX_NOPERM`: CAP_NET_ADMIN is missing.
  static let notPermitted = ExitCode(77)
  /// 128 and the number of the signal that came, as shells report a program that a signal ended.
  static var interrupted: ExitCode { ExitCode(128 + (Interrupts.signal ?? SIGINT)) }
}

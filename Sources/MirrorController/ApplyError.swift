import MirrorCompiler
import MirrorModel
import TrafficControl

/// Why a change did not come about; the kernel is then as it was, unless ``rollbackFailed`` says what is not.
public enum ApplyError: Error, Sendable {
  /// The profiles do not fit this host or this program.
  case refused([Finding])
  /// No mirror has these names.
  case unknownMirrors([String])
  /// Mirrors of several profiles have these names; the meanings are the names that only one of them has.
  case ambiguousMirrors([(name: String, meanings: [String])])
  /// No profile has these names.
  case unknownProfiles([String])
  /// Records in the kernel cannot be read, so that what belongs to these slots is not known.
  case damagedRecords([UInt16])
  /// A running service keeps these profiles, from files in a directory.
  case keptByService([Profile], process: Int32, directory: String)
  /// Looking at the kernel failed.
  case observation(KernelError)
  /// A request failed; everything before it was undone. The mirrors are those that the request was for.
  case kernel(KernelError, mirrors: [String])
  /// The kernel accepted everything and yet holds something else; all was undone.
  case unverified([Step])
  /// A request failed, and so did undoing the ones before it; the steps are what is left to do.
  case rollbackFailed(KernelError, undone: KernelError, remaining: [Step])
}

import MirrorController
import MirrorModel
import Netlink

/// The service's directory of profiles.
struct ProfilesOnDisk: ProfileSource {
  let path: String
  let authors: ProfileFiles.Authors
  /// Called after each file: there may be many, and a name in a filter may take long to resolve.
  let onRead: () -> Void

  func names() throws(ProfileSourceFailure) -> Set<String> {
    do throws(ProfileFiles.LoadError) {
      let writers = ForeignWriters(ofDirectory: path, users: ForeignWriters.effectiveUser)
      if authors == .trusted, let writers { throw .invalid([writers.finding(path)]) }
      return Set(try ProfileFiles.names(in: path))
    } catch {
      throw ProfileSourceFailure(error.lines)
    }
  }

  func stamp(of name: String) -> FileStamp? { FileStamp("\(path)/\(name)") }

  func isLink(_ name: String) -> Bool { FileStamp.isLink("\(path)/\(name)") }

  func profile(in name: String) throws(ProfileSourceFailure) -> Profile {
    let file = "\(path)/\(name)"
    defer { onRead() }
    do throws(ProfileFiles.LoadError) {
      // Records name the file in a line of their own.
      guard !name.contains(where: \.isNewline) else {
        throw .unreadable(path: file, reason: "its name has a line break")
      }
      return try ProfileFiles.keptProfile(in: file, from: authors)
    } catch { throw ProfileSourceFailure(error.lines) }
  }
}

import MirrorController
import MirrorModel

/// A directory in memory.
final class FakeSource: ProfileSource {
  let path = "/profiles"
  /// What the files say, by name: the name of a profile, or nothing usable.
  private(set) var files: [String: String?] = [:]
  private var versions: [String: Int] = [:]
  private(set) var readings: [String] = []
  var links: Set<String> = []
  var isThere = true

  func write(_ name: String, _ profile: String?) {
    files[name] = .some(profile)
    versions[name, default: 0] += 1
  }

  func remove(_ name: String) { files[name] = nil }

  func names() throws(ProfileSourceFailure) -> Set<String> {
    guard isThere else { throw ProfileSourceFailure(["\(path): gone"]) }
    return Set(files.keys)
  }

  func stamp(of name: String) -> Int? { files[name] == nil ? nil : versions[name] }

  func isLink(_ name: String) -> Bool { links.contains(name) }

  func profile(in name: String) throws(ProfileSourceFailure) -> Profile {
    readings.append(name)
    guard let content = files[name], let profile = content else { throw ProfileSourceFailure(["\(path)/\(name): bad"]) }
    return Profile(name: profile)
  }

  func takeReadings() -> [String] {
    defer { readings = [] }
    return readings.sorted()
  }
}

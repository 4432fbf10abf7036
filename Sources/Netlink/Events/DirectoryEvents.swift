import CMnl
import Glibc

/// Changes of the files of one directory (inotify(7)), which may come, go and be replaced.
///
/// Every directory on the way to it is watched for the next name of the way, links included, so that wherever the way breaks or
/// turns, one event says so; then the way is walked again.
final class DirectoryEvents {
  let descriptor: Int32
  /// Absolute, perhaps with links.
  private let path: String
  private var posts: [Int32: Post] = [:]
  /// Where the directory is, links followed, and which one; `nil`: there is none.
  private var found: Place?
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  /// Reads at once, of up to some thousand events each; what is left keeps the descriptor readable.
  private static let burst = 64

  /// Why a directory is watched.
  private struct Post {
    /// What the way goes through.
    var names: Set<String> = []
    var isDestination = false
  }

  private struct Place: Hashable {
    var path: String
    var device: UInt64
    var inode: UInt64
  }

  /// - Parameter path: relative ones are so to the present working directory.
  init(_ path: String) throws(NetlinkFailure) {
    self.path = try Self.absolute(path)
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard descriptor >= 0 else { throw Self.failure() }
    try walk()
  }

  deinit { _ = close(descriptor) }

  /// Reads what has come, without waiting.
  func takePending() throws(NetlinkFailure) -> Occasions.Files {
    var names: Set<String> = []
    var isWayNew = false
    for _ in 0..<Self.burst {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { break }
      guard count > 0 else { throw .last }
      guard let events = try? FileEvent.split(buffer.prefix(count)) else {
        isWayNew = true
        continue
      }
      for event in events {
        if concernsWay(event) { isWayNew = true } else if concernsFile(event) { names.insert(event.name) }
      }
    }
    if isWayNew {
      let before = found
      try walk()
      if before != nil || found != nil { return .all }
    }
    var news = Occasions.Files.unchanged
    if !names.isEmpty { news.merge(names.count <= Occasions.Files.nameLimit ? .some(names) : .all) }
    return news
  }

  private func concernsWay(_ event: FileEvent) -> Bool {
    if event.has(Int32(IN_Q_OVERFLOW)) { return true }
    guard let post = posts[event.watch] else { return false }
    if event.has(Int32(IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) { return true }
    return post.names.contains(event.name) && event.has(Int32(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO))
  }

  private func concernsFile(_ event: FileEvent) -> Bool {
    guard posts[event.watch]?.isDestination ?? false, !event.has(Int32(IN_ISDIR)), !event.name.isEmpty else {
      return false
    }
    if event.has(Int32(IN_CLOSE_WRITE | IN_MOVED_TO)) { return true }
    return event.has(Int32(IN_MOVED_FROM | IN_DELETE)) ? isGone(event.name) : isFinished(event.name)
  }

  /// Whether there is nothing under a name that was removed; something new under it has events of its own, and may be unfinished.
  private func isGone(_ name: String) -> Bool {
    guard let found else { return true }
    return Self.status(found.path + "/" + name) == nil
  }

  /// Whether a name that was created is all there is to come: a file that was created is still to be written and closed, a link
  /// is not.
  private func isFinished(_ name: String) -> Bool {
    guard let found, let status = Self.status(found.path + "/" + name) else { return false }
    return status.st_mode & S_IFMT == S_IFLNK || status.st_nlink > 1
  }

  // MARK: The way

  /// Links that a way may have, as the kernel limits them.
  private static let linkLimit = 40
  private static let stepLimit = 512

  /// Watches every directory on the way, as far as it leads.
  ///
  /// Each is watched before its next name is looked up, so what changes meanwhile is an event of the new watches.
  private func walk() throws(NetlinkFailure) {
    for watch in posts.keys { _ = inotify_rm_watch(descriptor, watch) }
    posts = [:]
    found = nil
    var rest = Self.reversedNames(of: path)
    var (place, links) = ("", 0)
    for _ in 0..<Self.stepLimit {
      guard let name = rest.popLast() else {
        guard try watch(place, { $0.isDestination = true }), let status = Self.status(place) else { return }
        found = Place(path: place, device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        return
      }
      if name == ".." {
        place = String(place[..<(place.utf8.lastIndex(of: UInt8(ascii: "/")) ?? place.startIndex)])
        continue
      }
      guard try watch(place, { $0.names.insert(name) }) else { return }
      let next = place + "/" + name
      guard let target = Self.linkTarget(next) else {
        place = next
        continue
      }
      links += 1
      guard links <= Self.linkLimit else { return }
      if target.utf8.first == UInt8(ascii: "/") { place = "" }
      rest += Self.reversedNames(of: target)
    }
  }

  /// - Returns: whether there is such a directory.
  private func watch(_ place: String, _ note: (inout Post) -> Void) throws(NetlinkFailure) -> Bool {
    var post = Post()
    note(&post)
    var mask = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF
    if post.isDestination { mask |= IN_CLOSE_WRITE }
    let bits = UInt32(mask) | UInt32(IN_ONLYDIR) | UInt32(IN_DONT_FOLLOW) | UInt32(IN_MASK_ADD)
    let number = unsafe inotify_add_watch(descriptor, place.isEmpty ? "/" : place, bits)
    guard number >= 0 else {
      if [ENOENT, ENOTDIR, ELOOP, EACCES, ENAMETOOLONG].contains(errno) { return false }
      throw Self.failure()
    }
    note(&posts[number, default: Post()])
    return true
  }

  private static func absolute(_ path: String) throws(NetlinkFailure) -> String {
    guard path.utf8.first != UInt8(ascii: "/") else { return path }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard unsafe getcwd(&buffer, buffer.count) != nil else { throw .last }
    return text(buffer.prefix { $0 != 0 }) + "/" + path
  }

  private static func reversedNames(of path: String) -> [String] {
    let names = path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    return names.filter { $0 != "." }.reversed()
  }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe lstat(path.isEmpty ? "/" : path, &status) == 0 ? status : nil
  }

  private static func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(path, &buffer, buffer.count)
    return count > 0 ? text(buffer.prefix(count)) : nil
  }

  private static func text(_ characters: ArraySlice<CChar>) -> String {
    String(decoding: characters.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func failure() -> NetlinkFailure {
    var failure = NetlinkFailure.last
    let remedy: String? =
      switch failure.errno {
      case EMFILE: "LimitNOFILE= of the service or sysctl -w fs.inotify.max_user_instances=N"
      case ENOSPC: "sysctl -w fs.inotify.max_user_watches=N"
      default: nil
      }
    if let remedy { failure.text = "too many files are open or watched already: raise the limit with \(remedy)" }
    return failure
  }
}

import Glibc

/// Those besides root and the user that runs the program who can change a file, or which files a directory has (stat(2)).
///
/// Access control lists are seen by their mask, which the permissions of the group show (acl(5)).
public enum ForeignWriters: Hashable, Sendable {
  case owner(UInt32)
  case group(mode: UInt32)
  case everybody(mode: UInt32)

  /// - Parameter users: who else than root is trusted.
  /// - Returns: `nil` where there are none.
  init?(_ information: stat, users: Set<UInt32>) {
    let mode = UInt32(information.st_mode) & 0o7777
    if information.st_uid != 0, !users.contains(information.st_uid) {
      self = .owner(information.st_uid)
    } else if mode & 0o002 != 0 {
      self = .everybody(mode: mode)
    } else if mode & 0o020 != 0 {
      self = .group(mode: mode)
    } else {
      return nil
    }
  }

  /// Those of a directory; `nil` also where it cannot be opened.
  public init?(ofDirectory path: String, users: Set<UInt32>) {
    let number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { return nil }
    defer { _ = Glibc.close(number) }
    var information = stat()
    guard unsafe fstat(number, &information) == 0 else { return nil }
    self.init(information, users: users)
  }

  /// The user that runs the program, and the one that has it run by sudo(8).
  public static var invokingUsers: Set<UInt32> {
    var users: Set = [geteuid()]
    if let text = unsafe getenv("SUDO_UID"), let user = unsafe UInt32(String(cString: text)) { users.insert(user) }
    return users
  }

  /// The user that runs the program.
  public static var effectiveUser: Set<UInt32> { [geteuid()] }

  /// Who they are and what to do, about a path.
  public func finding(_ path: String) -> String {
    switch self {
    case .owner(let user):
      "\(path): it belongs to the user \(user), who can change what is copied to where: chown it to root"
    case .group(let mode):
      "\(path): its group can write it (mode \(Self.text(mode))) and change what is copied to where: chmod go-w"
    case .everybody(let mode):
      "\(path): everybody can write it (mode \(Self.text(mode))) and change what is copied to where: chmod go-w"
    }
  }

  private static func text(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }
}

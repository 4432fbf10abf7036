import CMnl
import Glibc
import TrafficControl

/// Network namespaces, as ip-netns(8) names them.
public enum NetworkNamespace {
  /// Moves the calling thread into a named namespace, for good.
  ///
  /// - Throws: `.notFound` where there is none of that name, `.notPermitted` without CAP_SYS_ADMIN.
  public static func enter(_ name: String) throws(KernelError) {
    let request = "ip netns exec \(name)"
    guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")) else {
      throw KernelError(cause: .notFound, request: request, text: "\"\(name)\" is no name of a network namespace")
    }
    do throws(NetlinkFailure) {
      let descriptor = try FileDescriptor.open("/run/netns/" + name)
      defer { descriptor.close() }
      try descriptor.enterNetworkNamespace()
    } catch {
      var failure = error
      if error.errno == ENOENT { failure.text = "there is no network namespace \"\(name)\"" }
      if error.errno == EINVAL { failure.text = "/run/netns/\(name) is no network namespace" }
      throw KernelError(failure, request: request)
    }
  }

  /// Does something on the calling thread in a namespace of its own, and comes back.
  ///
  /// - Returns: `nil` where no namespace can be made.
  static func inScratch<Value>(_ body: () throws(NetlinkFailure) -> Value) throws(NetlinkFailure) -> Value? {
    let home = try FileDescriptor.open(current)
    defer { home.close() }
    guard unshare(CLONE_NEWNET) == 0 else { return nil }
    let result: Result<Value, NetlinkFailure>
    do throws(NetlinkFailure) { result = .success(try body()) } catch { result = .failure(error) }
    try home.enterNetworkNamespace()
    return try result.get()
  }

  /// The inode that tells the calling thread's namespace from others.
  static func identity() throws(NetlinkFailure) -> UInt64 {
    var information = stat()
    guard unsafe stat(current, &information) == 0 else { throw .last }
    return UInt64(information.st_ino)
  }

  /// A file that belongs to the calling thread's namespace: `/run/mirrorctl/INODE.ending`.
  public static func runtimePath(ending: String) throws(KernelError) -> String {
    do throws(NetlinkFailure) { return "\(runtimeDirectory)/\(try identity()).\(ending)" } catch {
      throw KernelError(error, request: "stat \(current)")
    }
  }

  /// Where the files of namespaces are.
  public static let runtimeDirectory = "/run/mirrorctl"

  private static let current = "/proc/thread-self/ns/net"
}

/// An open file.
struct FileDescriptor {
  var number: Int32

  /// Opens a file for reading.
  static func open(_ path: String) throws(NetlinkFailure) -> FileDescriptor {
    let number = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw .last }
    return FileDescriptor(number: number)
  }

  func close() { _ = Glibc.close(number) }

  func enterNetworkNamespace() throws(NetlinkFailure) {
    guard setns(number, CLONE_NEWNET) == 0 else { throw .last }
  }

  /// Reads the whole of a small file.
  func text(limit: Int = 65_536) throws(NetlinkFailure) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while bytes.count < limit {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(number, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw .last }
      if count == 0 { break }
      bytes += chunk.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

import CMnl
import Glibc

/// The Linux capabilities of the calling thread (capabilities(7)).
public enum Capability {
  /// Whether network objects may be changed (`CAP_NET_ADMIN`).
  public static func hasNetAdmin() -> Bool { has(CAP_NET_ADMIN) }

  private static func has(_ capability: Int32) -> Bool {
    guard let file = try? FileDescriptor.open("/proc/thread-self/status") else { return false }
    defer { file.close() }
    guard let status = try? file.text(), let effective = effectiveSet(in: status) else { return false }
    return effective >> UInt64(capability) & 1 == 1
  }

  /// The number in the line `CapEff:` of proc_pid_status(5).
  static func effectiveSet(in status: String) -> UInt64? {
    let label = "CapEff:"
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(label) }) else { return nil }
    let digits = line.dropFirst(label.count).drop { $0 == "\t" || $0 == " " }
    return UInt64(digits, radix: 16)
  }
}

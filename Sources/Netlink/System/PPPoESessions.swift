/// The PPP over Ethernet sessions of the calling thread's network namespace.
enum PPPoESessions {
  /// Whether there are any: `/proc/net/pppoe` has a line for each below its heading. The kernel does not tell which ppp device is
  /// whose (drivers/net/ppp/pppoe.c).
  static var exist: Bool {
    guard let bytes = try? InputFile.read("/proc/thread-self/net/pppoe", limit: 4096, .regular) else { return false }
    return bytes.split(separator: UInt8(ascii: "\n")).count > 1
  }
}

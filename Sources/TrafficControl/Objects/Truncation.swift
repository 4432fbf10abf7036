/// An eBPF classifier that cuts frames and matches none, so that the filters after it see what is left.
///
/// Frames that are not longer are left alone. The kernel refuses to cut off what it still needs (`__bpf_skb_min_len`,
/// net/core/filter.c): up to the transport header of a frame that this host sent or routed, up to the checksum where that is still
/// to be computed. Such a frame is cut at the next of a few lengths that the kernel accepts, at most 256 bytes.
public struct Truncation: Hashable, Sendable {
  /// Bytes from the destination MAC address on, an 802.1Q tag included, 14...65535. Of a frame whose tag is in metadata, which is
  /// where the kernel keeps it, 18 bytes stay at least.
  public var length: UInt16
  /// Which program it is; tells one that an earlier version has left behind from the one of today.
  public var revision: UInt16

  /// To be raised with every change of ``instructions``.
  public static let currentRevision: UInt16 = 1

  public init(length: UInt16, revision: UInt16 = Truncation.currentRevision) {
    self.length = length
    self.revision = revision
  }

  var objectName: String { "snaplen_\(length)" }

  init?(objectName: Substring, revision: UInt16) {
    guard objectName.hasPrefix("snaplen_"), let length = UInt16(objectName.dropFirst("snaplen_".count)) else {
      return nil
    }
    self.init(length: length, revision: revision)
  }
}

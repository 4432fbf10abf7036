/// An address that Open vSwitch keeps to itself unless `forward-bpdu` is set (`eth_addr_is_reserved` in lib/packets.c).
public struct ControlAddress: Hashable, Sendable {
  public let octets: [UInt8]

  private init(_ octets: [UInt8]) { self.octets = octets }

  /// IEEE 802.1D table 7-10, `01:80:c2:00:00:0X`.
  public static func linkLocal(_ last: UInt8) -> ControlAddress { ControlAddress([0x01, 0x80, 0xc2, 0, 0, last]) }

  /// Addresses that both switches treat alike when they forward control frames. Linux never forwards pause frames (`…01`).
  public static let forwardable =
    [0x00, 0x02, 0x03, 0x0e, 0x0f].map(linkLocal) + [
      // Cisco: ISL; CDP, VTP and kin; PVST+; STP uplink fast; CFM.
      ControlAddress([0x01, 0x00, 0x0c, 0x00, 0x00, 0x00]), ControlAddress([0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc]),
      ControlAddress([0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcd]), ControlAddress([0x01, 0x00, 0x0c, 0xcd, 0xcd, 0xcd]),
      ControlAddress([0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xc0]), ControlAddress([0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xc7]),
      // Extreme: EDP and EAPS.
      ControlAddress([0x00, 0xe0, 0x2b, 0x00, 0x00, 0x00]), ControlAddress([0x00, 0xe0, 0x2b, 0x00, 0x00, 0x04]),
      ControlAddress([0x00, 0xe0, 0x2b, 0x00, 0x00, 0x06]),
    ]

  /// Neighbours of the above that are ordinary addresses.
  public static let ordinary = [
    linkLocal(0x10), ControlAddress([0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xc8]),
    ControlAddress([0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xce]), ControlAddress([0x00, 0xe0, 0x2b, 0x00, 0x00, 0x05]),
  ]

  /// Addresses that both switches keep to themselves by default. Linux forwards `…00` while it does not speak STP, and all
  /// that are not link-local.
  public static let kept = [0x01, 0x02, 0x03, 0x0e, 0x0f].map(linkLocal)
}

extension ControlAddress: CustomStringConvertible {
  public var description: String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }
}

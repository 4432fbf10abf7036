/// The names of the devices that mirrors own. A name tells the kind of its device.
///
/// A device gets its mark, the alias, by a request after the one that creates it. Where a program is killed between the two, name
/// and kind tell whose device it is.
public enum DeviceName {
  /// Of a stage: `mcs`, the owner's slot and a number below 2^20, both hexadecimal.
  public static func stage(slot: UInt16, _ number: UInt32) -> String { "mcs" + suffix(slot, number) }

  /// Of a veth pair that copies pass, at most 14 bytes: `mch`, slot and number.
  public static func hop(slot: UInt16, _ number: UInt32) -> String { "mch" + suffix(slot, number) }

  /// Of the other end of such a pair.
  public static func peer(of hop: String) -> String { hop + "p" }

  /// Of a tunnel: `mct-` and eight hexadecimal digits.
  public static func tunnel(_ identity: UInt32) -> String {
    let digits = String(identity, radix: 16)
    return "mct-" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Whether a device of a kind (`IFLA_INFO_KIND`) has just the name that one of ours would have.
  public static func isOwn(_ name: String, kind: String?) -> Bool {
    switch kind {
    case "dummy": isNumbered(name, stage)
    case "veth": isNumbered(name, hop) || name.hasSuffix("p") && isNumbered(String(name.dropLast()), hop)
    case "gretap", "ip6gretap", "erspan", "ip6erspan", "vxlan", "geneve":
      UInt32(name.dropFirst(4), radix: 16).map { tunnel($0) == name } ?? false
    default: false
    }
  }

  private static func suffix(_ slot: UInt16, _ number: UInt32) -> String {
    String(slot, radix: 16) + (number == 0 ? "" : "-\(String(number, radix: 16))")
  }

  private static func isNumbered(_ name: String, _ make: (UInt16, UInt32) -> String) -> Bool {
    let numbers = name.dropFirst(3).split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(numbers.count), let slot = UInt16(numbers[0], radix: 16),
      let number = numbers.count == 1 ? 0 : UInt32(numbers[1], radix: 16)
    else { return false }
    return make(slot, number) == name
  }
}

extension FilterExpression {
  /// `SKF_AD_OFF + SKF_AD_VLAN_TAG` (linux/filter.h): the tag control information.
  static let vlanTag: UInt32 = 0xffff_f02c
  /// `SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT`: 1 or 0.
  static let vlanTagPresent: UInt32 = 0xffff_f030

  /// An expression as it is to be compiled for frames whose outer tag is in their metadata: there its first `vlan` is about the
  /// metadata, and whatever follows it finds the frame without that tag. Any further `vlan` is about a tag inside, as
  /// pcap-filter(7) has it.
  ///
  /// The words are those of libpcap's scanner (scanner.l). `ether[…]` with an offset from `SKF_AD_OFF` on compiles to a load of
  /// metadata.
  ///
  /// - Returns: `nil` where no `vlan` is about the outer tag.
  static func withTagInMetadata(_ expression: String) -> String? {
    let text = Array(expression.utf8)
    for word in words(of: text) {
      switch String(decoding: text[word], as: UTF8.self) {
      // What follows is about the frame that is carried, and its tags are in the data.
      case "geneve", "vxlan": return nil
      case "vlan":
        let number = number(in: text, from: word.upperBound)
        let id = String(decoding: text[word.upperBound..<number], as: UTF8.self)
        let test = id.isEmpty ? "ether[\(vlanTagPresent)] = 1" : "ether[\(vlanTag):2] & 0xfff = \(id)"
        return String(decoding: text[..<word.lowerBound], as: UTF8.self) + "(\(test))"
          + String(decoding: text[number...], as: UTF8.self)
      default: continue
      }
    }
    return nil
  }

  /// Keywords, names and numbers: an escaped word is never a keyword.
  private static func words(of text: [UInt8]) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var place = 0
    while place < text.count {
      let start = place
      if text[place] == UInt8(ascii: "\\") {
        while place < text.count, !" !()\n\t".utf8.contains(text[place]) { place += 1 }
      } else if text[place].isWordCharacter {
        while place < text.count, text[place].isWordCharacter { place += 1 }
        words.append(start..<place)
      } else {
        place += 1
      }
    }
    return words
  }

  /// Where a number that follows a place ends, parentheses round it included; the place itself where none follows.
  private static func number(in text: [UInt8], from start: Int) -> Int {
    var (place, depth) = (start, 0)
    while place < text.count, text[place].isBlank || text[place] == UInt8(ascii: "(") {
      if text[place] == UInt8(ascii: "(") { depth += 1 }
      place += 1
    }
    guard place < text.count, text[place].isDigit else { return start }
    while place < text.count, text[place].isWordCharacter { place += 1 }
    while depth > 0, place < text.count, text[place].isBlank || text[place] == UInt8(ascii: ")") {
      if text[place] == UInt8(ascii: ")") { depth -= 1 }
      place += 1
    }
    return place
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  fileprivate var isBlank: Bool { " \t\r\n".utf8.contains(self) }

  /// What a name of the scanner is made of.
  fileprivate var isWordCharacter: Bool {
    isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) || "-_.".utf8.contains(self)
  }
}

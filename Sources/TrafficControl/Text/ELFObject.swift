/// A 64-bit ELF object for the kernel's virtual machine (elf.h; `EM_BPF`), in the byte order of this machine.
struct ELFObject {
  struct Section {
    /// Where in the section of names.
    var name: UInt32
    /// `SHT_*`
    var type: UInt32
    /// `SHF_*`
    var flags: UInt64 = 0
    var content: [UInt8]
    var link: UInt32 = 0
    var info: UInt32 = 0
    var entrySize = 0
  }

  private static let headerSize = 64
  private static let sectionHeaderSize = 64
  private static let machine: UInt16 = 247

  var sections: [Section]
  /// Which section, counted from 1, holds the names of sections.
  var names: UInt16

  var bytes: [UInt8] {
    var body: [UInt8] = []
    var headers = [UInt8](repeating: 0, count: Self.sectionHeaderSize)
    for section in sections {
      headers += Self.header(of: section, at: Self.headerSize + body.count)
      body += section.content
      body += [UInt8](repeating: 0, count: (8 - body.count % 8) % 8)
    }
    return fileHeader(headersAt: Self.headerSize + body.count) + body + headers
  }

  private func fileHeader(headersAt offset: Int) -> [UInt8] {
    let order: UInt8 = UInt16(1).littleEndian == 1 ? 1 : 2
    let identity = [0x7f] + Array("ELF".utf8) + [2, order, 1] + [UInt8](repeating: 0, count: 9)
    let kind = Self.half(1) + Self.half(Self.machine) + Self.word(1)
    let places = Self.long(0) + Self.long(0) + Self.long(UInt64(offset)) + Self.word(0)
    let sizes = Self.half(UInt16(Self.headerSize)) + Self.half(0) + Self.half(0)
    let list = Self.half(UInt16(Self.sectionHeaderSize)) + Self.half(UInt16(sections.count + 1)) + Self.half(names)
    return identity + kind + places + sizes + list
  }

  private static func header(of section: Section, at offset: Int) -> [UInt8] {
    let place = long(section.flags) + long(0) + long(UInt64(offset)) + long(UInt64(section.content.count))
    let links = word(section.link) + word(section.info) + long(8) + long(UInt64(section.entrySize))
    return word(section.name) + word(section.type) + place + links
  }

  private static func half(_ value: UInt16) -> [UInt8] { HostOrder.bytes(of: value) }
  private static func word(_ value: UInt32) -> [UInt8] { HostOrder.bytes(of: value) }
  private static func long(_ value: UInt64) -> [UInt8] { HostOrder.bytes(of: value) }
}

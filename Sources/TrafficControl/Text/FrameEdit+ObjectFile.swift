extension FrameEdit {
  /// An ELF object that holds nothing but the program, as tc(8) loads one (elf.h; the machine is EM_BPF).
  var objectFile: [UInt8] {
    let code = instructions.flatMap(\.bytes)
    let license = Array("GPL".utf8) + [0]
    var names: [UInt8] = [0]
    let offsets = [sectionName, "license", ".symtab", ".strtab", objectName].map { name in
      defer { names += Array(name.utf8) + [0] }
      return UInt32(names.count)
    }
    // The symbol of the program: a global function in section 1, as long as the section.
    let symbol =
      HostOrder.bytes(of: offsets[4]) + [0x12, 0] + HostOrder.bytes(of: UInt16(1))
      + HostOrder.bytes(of: UInt64(0)) + HostOrder.bytes(of: UInt64(code.count))
    let symbols = [UInt8](repeating: 0, count: symbol.count) + symbol
    let sections = [
      ELFObject.Section(name: offsets[0], type: 1, flags: 6, content: code),
      ELFObject.Section(name: offsets[1], type: 1, flags: 3, content: license),
      ELFObject.Section(name: offsets[2], type: 2, content: symbols, link: 4, info: 1, entrySize: symbol.count),
      ELFObject.Section(name: offsets[3], type: 3, content: names),
    ]
    return ELFObject(sections: sections, names: 4).bytes
  }
}

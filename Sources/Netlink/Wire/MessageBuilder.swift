import CMnl

/// One netlink request that grows attribute by attribute; libmnl keeps lengths and padding, every write is bounds-checked.
struct MessageBuilder {
  private var storage = [UInt8](repeating: 0, count: 512)

  /// Starts a message with a fixed header (`struct tcmsg`, `struct ifinfomsg` …).
  ///
  /// - Parameter flags: of `NLM_F_*`; `NLM_F_REQUEST` is always set.
  init<Header: BitwiseCopyable>(_ type: some BinaryInteger, flags: Int32 = 0, header: Header) {
    let size = MemoryLayout<Header>.size
    precondition(size <= 256)
    unsafe storage.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress, let message = unsafe mnl_nlmsg_put_header(base) else { return }
      unsafe message.pointee.nlmsg_type = UInt16(truncatingIfNeeded: type)
      unsafe message.pointee.nlmsg_flags = UInt16(truncatingIfNeeded: NLM_F_REQUEST | flags)
      guard let extra = unsafe mnl_nlmsg_put_extra_header(message, size) else { return }
      unsafe extra.storeBytes(of: header, as: Header.self)
    }
  }

  /// Takes over a message that another library has composed.
  init(composed bytes: [UInt8]) {
    storage = bytes
  }

  /// The message as it goes out, without trailing room.
  func bytes(sequence: UInt32, extraFlags: Int32 = 0) -> [UInt8] {
    var result = Array(storage.prefix(length))
    unsafe result.withUnsafeMutableBytes { buffer in
      guard let message = unsafe buffer.baseAddress?.assumingMemoryBound(to: nlmsghdr.self) else { return }
      unsafe message.pointee.nlmsg_seq = sequence
      unsafe message.pointee.nlmsg_flags |= UInt16(truncatingIfNeeded: extraFlags)
    }
    return result
  }

  /// Asks for more by flags of the header (`NLM_F_*`).
  mutating func add(flags: Int32) {
    unsafe storage.withUnsafeMutableBytes { buffer in
      guard let message = unsafe buffer.baseAddress?.assumingMemoryBound(to: nlmsghdr.self) else { return }
      unsafe message.pointee.nlmsg_flags |= UInt16(truncatingIfNeeded: flags)
    }
  }

  /// Bytes so far, header included.
  var length: Int {
    Int(storage[...].load(UInt32.self, at: 0) ?? 0)
  }

  /// `nlmsg_type`
  var type: UInt16 { storage[...].load(UInt16.self, at: 4) ?? 0 }

  mutating func put(_ type: some BinaryInteger, bytes: [UInt8]) {
    append(type, count: bytes.count) { bytes }
  }

  /// A value in the host's byte order.
  mutating func put<Value: BitwiseCopyable>(_ type: some BinaryInteger, _ value: Value) {
    append(type, count: MemoryLayout<Value>.size) { unsafe withUnsafeBytes(of: value) { unsafe Array($0) } }
  }

  /// A text with its terminating zero.
  mutating func put(_ type: some BinaryInteger, text: String) {
    put(type, bytes: Array(text.utf8) + [0])
  }

  /// An attribute that is made of the attributes that `body` puts.
  mutating func nest<Failure: Error>(
    _ type: some BinaryInteger, _ body: (inout MessageBuilder) throws(Failure) -> Void
  ) throws(Failure) {
    let start = length
    put(UInt16(truncatingIfNeeded: type) | UInt16(NLA_F_NESTED), bytes: [])
    try body(&self)
    let size = UInt16(clamping: length - start)
    unsafe storage.withUnsafeMutableBytes { unsafe $0.storeBytes(of: size, toByteOffset: start, as: UInt16.self) }
  }

  private mutating func append(_ type: some BinaryInteger, count: Int, _ bytes: () -> [UInt8]) {
    let content = bytes()
    let needed = length + content.count + 2 * Int(MNL_ALIGNTO)
    if storage.count < needed {
      storage += [UInt8](repeating: 0, count: max(storage.count, needed - storage.count))
    }
    unsafe storage.withUnsafeMutableBytes { buffer in
      guard let message = unsafe buffer.baseAddress?.assumingMemoryBound(to: nlmsghdr.self) else { return }
      unsafe content.withUnsafeBytes { value in
        _ = unsafe mnl_attr_put_check(
          message, buffer.count, UInt16(truncatingIfNeeded: type), content.count, value.baseAddress)
      }
    }
  }
}

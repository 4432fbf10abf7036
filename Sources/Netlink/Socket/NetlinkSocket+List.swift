import TrafficControl

extension NetlinkSocket {
  /// Dumps objects and reads each of them.
  ///
  /// - Parameter request: what is asked, in the words of the tools.
  func list<Value>(
    _ message: MessageBuilder, _ request: String,
    _ decode: (ArraySlice<UInt8>) throws(MalformedMessage) -> Value
  ) throws(KernelError) -> [Value] {
    try asking(request) { () throws(NetlinkFailure) in
      var values: [Value] = []
      for message in try dump(message) {
        do throws(MalformedMessage) { values.append(try decode(message.payload)) } catch { throw NetlinkFailure(error) }
      }
      return values
    }
  }

  func asking<Value>(
    _ request: String, _ body: () throws(NetlinkFailure) -> Value
  ) throws(KernelError) -> Value {
    do throws(NetlinkFailure) { return try body() } catch { throw KernelError(error, request: request) }
  }
}

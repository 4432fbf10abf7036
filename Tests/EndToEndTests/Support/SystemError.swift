import Glibc

/// A failed system call of the test support itself, as opposed to a failed expectation.
struct SystemError: Error, CustomStringConvertible {
  let call: String
  let code: Int32

  /// Takes the calling thread's `errno`, so make it before anything else.
  init(_ call: String) {
    code = errno
    self.call = call
  }

  var description: String {
    guard let text = unsafe strerror(code) else { return "\(call): error \(code)" }
    return unsafe "\(call): \(String(cString: text))"
  }
}

/// A condition that did not come true in time, or a tool that failed while a lab was built.
struct SupportError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// The result of a system call, or its error where it is negative.
@discardableResult
func checked(_ call: String, _ result: Int32) throws -> Int32 {
  guard result >= 0 else { throw SystemError(call) }
  return result
}

import CMnl
import Glibc

/// Signals that wait to be read instead of interrupting (signalfd(2)), from when it is made until it is closed.
///
/// It blocks them in the calling thread only: make it before there are others.
struct SignalQueue {
  let descriptor: FileDescriptor
  private let former: sigset_t

  init(_ signals: [Int32]) throws(NetlinkFailure) {
    var set = sigset_t()
    var former = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    guard unsafe pthread_sigmask(SIG_BLOCK, &set, &former) == 0 else { throw .last }
    let number = unsafe signalfd(-1, &set, Int32(O_CLOEXEC | O_NONBLOCK))
    guard number >= 0 else {
      let failure = NetlinkFailure.last
      _ = unsafe pthread_sigmask(SIG_SETMASK, &former, nil)
      throw failure
    }
    descriptor = FileDescriptor(number: number)
    self.former = former
  }

  /// The next one that has come; `nil`: none.
  func next() -> Int32? {
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    let count = unsafe withUnsafeMutableBytes(of: &information) { unsafe read(descriptor.number, $0.baseAddress, size) }
    return count == size ? Int32(clamping: information.ssi_signo) : nil
  }

  /// Lets a signal have the effect that it has by default, and comes back if there is a way back. The kernel lets nobody be
  /// suspended whom no shell could wake.
  func release(_ signal: Int32) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, signal)
    kill(getpid(), signal)
    _ = unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Signals that nobody has read take effect now.
  func close() {
    descriptor.close()
    var former = former
    _ = unsafe pthread_sigmask(SIG_SETMASK, &former, nil)
  }
}

import CMnl
import Glibc

/// SIGHUP, SIGTERM and SIGINT as events (signalfd(2)), held back from the calling thread as long as this exists.
final class SignalEvents {
  let descriptor: Int32
  private let former: sigset_t
  private var isReloadPending = false
  private var isStopPending = false
  /// The first of SIGTERM and SIGINT that was collected.
  private(set) var stopSignal: Int32?

  init() throws(NetlinkFailure) {
    var held = sigset_t()
    unsafe sigemptyset(&held)
    for signal in [SIGHUP, SIGTERM, SIGINT] { unsafe sigaddset(&held, signal) }
    var former = sigset_t()
    let status = unsafe pthread_sigmask(SIG_BLOCK, &held, &former)
    guard status == 0 else { throw NetlinkFailure(errno: status) }
    self.former = former
    descriptor = unsafe signalfd(-1, &held, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
    guard descriptor >= 0 else { throw .last }
  }

  deinit {
    collect()
    _ = close(descriptor)
    var former = former
    _ = unsafe pthread_sigmask(SIG_SETMASK, &former, nil)
  }

  /// Reads the signals that have come, without waiting.
  func collect() {
    let size = MemoryLayout<signalfd_siginfo>.size
    var buffer = [UInt8](repeating: 0, count: 4 * size)
    // Each of the three is pending at most twice: for the process and for the thread.
    for _ in 0..<8 {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      for start in stride(from: 0, to: count, by: size) {
        if let number = buffer[...].load(UInt32.self, at: start) { note(Int32(bitPattern: number)) }
      }
    }
  }

  private func note(_ signal: Int32) {
    if signal == SIGHUP {
      isReloadPending = true
    } else if stopSignal == nil {
      stopSignal = signal
      isStopPending = true
    }
  }

  /// Whether SIGHUP was collected since the last call.
  func takeReload() -> Bool {
    defer { isReloadPending = false }
    return isReloadPending
  }

  /// What stops the program, where this was not taken yet.
  func takeStop() -> Int32? {
    defer { isStopPending = false }
    return isStopPending ? stopSignal : nil
  }
}

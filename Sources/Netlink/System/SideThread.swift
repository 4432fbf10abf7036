import Glibc

/// A second thread for work that can be done in two halves.
///
/// It is in the network namespace of the thread that starts it, and blocks the same signals.
enum SideThread {
  /// Runs two closures at the same time and comes back when both have ended.
  ///
  /// - Parameters:
  ///   - side: runs on the second thread.
  ///   - main: runs on the calling one.
  /// - Returns: how both ended; the first is `nil` where no thread can be started: then `side` has not run.
  static func run<Side: Sendable, SideFailure: Error, Main, MainFailure: Error>(
    _ side: @escaping @Sendable () throws(SideFailure) -> Side, beside main: () throws(MainFailure) -> Main
  ) -> (side: Result<Side, SideFailure>?, main: Result<Main, MainFailure>) {
    let outcome = Outcome<Side, SideFailure>()
    let thread = start { outcome.result = Result(catching: side) }
    let result = Result(catching: main)
    if let thread { pthread_join(thread, nil) }
    return (outcome.result, result)
  }

  /// What the thread leaves behind; nobody looks before it has ended (pthread_join(3)).
  private final class Outcome<Value, Failure: Error> {
    var result: Result<Value, Failure>?
  }

  private final class Work {
    let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }
  }

  private static func start(_ body: @escaping () -> Void) -> pthread_t? {
    var thread = pthread_t()
    let work = unsafe Unmanaged.passRetained(Work(body))
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument { unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    guard status == 0 else {
      unsafe work.release()
      return nil
    }
    return thread
  }
}

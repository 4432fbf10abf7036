import Netlink

/// Tells the service manager that the service is alive, three times in each period of its watchdog.
///
/// It is fed by those who get on with something, also in the middle of a long reconciliation; a service that is stuck feeds it no
/// more, and is restarted.
final class Watchdog {
  private let notification: ServiceNotification?
  private var due = Duration.zero

  init(_ notification: ServiceNotification?) {
    self.notification = notification
  }

  /// The moment by which to feed it next; `nil`: nobody waits for it.
  var nextFeeding: Duration? { notification?.watchdogInterval == nil ? nil : due }

  /// Tells the manager where it is time to.
  func feed() {
    guard let interval = notification?.watchdogInterval else { return }
    let now = MonotonicClock.now()
    guard now >= due else { return }
    notification?.send(.watchdog)
    due = now + interval / 3
  }
}

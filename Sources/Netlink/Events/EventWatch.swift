import Glibc
import TrafficControl

/// Waits at one place for everything that a service has to answer: changes of the network namespace, changed files, signals.
///
/// Belongs to the namespace that the calling thread was in when it was made, and to that thread: from then on SIGHUP, SIGTERM and
/// SIGINT do nothing to it but show here. All other threads must block these signals, so best there are none.
public final class EventWatch {
  /// Which changes of the network namespace count.
  public enum Interest: Hashable, Sendable {
    /// Links, VLANs of bridges, qdiscs, filters and actions.
    case links
    /// Also addresses, routes and neighbours, which a router has thousands of changes of and only tunnels depend on.
    case linksAndRoutes
  }

  private let kernel: KernelEvents
  private let directory: DirectoryEvents?
  private let signals: SignalEvents

  /// Starts to watch; what happens from now on is seen. Only ``Interest/links`` count until ``setInterest(_:)``.
  ///
  /// - Parameters:
  ///   - directory: whose files to watch, if any. It need not exist; a link is followed, and watched itself.
  ///   - ownPort: the port of a socket whose requests are no news (``LinuxKernel/port``); 0: there is none.
  /// - Throws: where the process or its user has too many files, inotify(7) instances or watches.
  public convenience init(watching directory: String?, ignoring ownPort: UInt32) throws(KernelError) {
    try self.init(watching: directory, ignoring: ownPort, receiveRoom: KernelEvents.usualRoom)
  }

  /// - Parameter receiveRoom: bytes of events that the kernel keeps until they are read.
  init(watching path: String?, ignoring ownPort: UInt32, receiveRoom: Int32) throws(KernelError) {
    do throws(NetlinkFailure) {
      kernel = try KernelEvents(ignoring: ownPort, receiveRoom: receiveRoom)
    } catch { throw KernelError(error, request: "ip monitor") }
    do throws(NetlinkFailure) {
      if let path { directory = try DirectoryEvents(path) } else { directory = nil }
    } catch { throw KernelError(error, request: "watch \(path ?? "files")") }
    do throws(NetlinkFailure) { signals = try SignalEvents() } catch {
      throw KernelError(error, request: "wait for signals")
    }
  }

  /// Sets which changes count from now on: set it before the look that later changes are compared with.
  public func setInterest(_ interest: Interest) throws(KernelError) {
    do throws(NetlinkFailure) { try kernel.setInterest(interest) } catch {
      throw KernelError(error, request: "ip monitor")
    }
  }

  /// Whether SIGTERM or SIGINT has come, told or not; never waits. For use within long requests.
  public var isStopRequested: Bool {
    signals.collect()
    return signals.stopSignal != nil
  }

  /// Returns what has happened since the last call, and waits where nothing has.
  ///
  /// - Parameter limit: how long to wait at most; `nil`: until something happens.
  /// - Returns: nothing when the time is up. A stop is told once and remembered by ``isStopRequested``.
  public func wait(_ limit: Duration?) throws(KernelError) -> Occasions {
    let deadline = limit.map { MonotonicClock.now() + $0 }
    do throws(NetlinkFailure) {
      while true {
        let occasions = try takePending()
        if !occasions.isEmpty { return occasions }
        let left = deadline.map { $0 - MonotonicClock.now() }
        if let left, left <= .zero { return occasions }
        try sleep(left)
      }
    } catch { throw KernelError(error, request: "wait for events") }
  }

  /// Where in the kernel that was what ``wait(_:)`` has told of since the last call.
  public func takePlaces() -> ChangedPlaces { kernel.takePlaces() }

  private func takePending() throws(NetlinkFailure) -> Occasions {
    signals.collect()
    return Occasions(
      kernel: try kernel.takePending(), files: try directory?.takePending() ?? .unchanged,
      isReloadRequested: signals.takeReload(), stopSignal: signals.takeStop())
  }

  /// Sleeps until a source has something; signals that are not watched end it early.
  private func sleep(_ limit: Duration?) throws(NetlinkFailure) {
    let descriptors = [kernel.descriptor, signals.descriptor] + (directory.map { [$0.descriptor] } ?? [])
    var watched = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let ready = unsafe poll(&watched, nfds_t(watched.count), limit?.pollMilliseconds ?? -1)
    guard ready >= 0 || errno == EINTR else { throw .last }
  }
}

extension Duration {
  /// As poll(2) takes it: rounded up, so that nobody wakes up just before the time.
  var pollMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    guard seconds < Int64(Int32.max) / 1000 else { return .max }
    return Int32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}

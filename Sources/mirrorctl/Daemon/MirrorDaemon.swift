import FoundationEssentials
import Logging
import MirrorController
import MirrorModel
import Netlink
import NetworkTypes
import TrafficControl

/// The service: waits for events, and after each burst of them looks at everything and puts right what is not as it should be.
final class MirrorDaemon {
  private let kernel: LinuxKernel
  private let controller: MirrorController<LinuxKernel>
  private let watch: EventWatch
  private let notification: ServiceNotification?
  private let watchdog: Watchdog
  private let textfile: String?
  private let logger: Logger
  private var directory: ProfileDirectory<ProfilesOnDisk>
  private var pacing: Pacing
  private var holds = Holds()
  private var newcomers: Newcomers
  /// Where everything stood after the last look, if it was as it should be.
  private var standing: Standing?
  /// Where something may have changed since.
  private var places = ChangedPlaces.everywhere
  private var state = ServiceState()
  private var figures: ServiceFigures
  private var interest = EventWatch.Interest.links
  /// Looks in a row that failed as a whole.
  private var failures = 0
  /// Why events cannot be waited for, if so.
  private var deafness: KernelError?
  /// What the next look ends.
  private var announcement: Announcement? = .start

  private enum Announcement { case start, reload }

  /// How long to wait for a command that is changing the mirrors.
  private static let lockPause = Duration.milliseconds(20)

  /// A look at more interfaces than this is no short one, and leaves memory behind that is worth giving back.
  private static let fewInterfaces = 100

  /// How long to rest where even waiting fails.
  private static let troublePause = Duration.milliseconds(500)

  init(_ command: DaemonCommand) throws {
    logger = Self.logger(command.logLevel)
    kernel = try reporting { () throws(KernelError) in try LinuxKernel(namespace: command.namespace.netns) }
    let port = kernel.port
    watch = try reporting { () throws(KernelError) in try EventWatch(watching: command.profiles, ignoring: port) }
    let notification = ServiceNotification()
    let watchdog = Watchdog(notification)
    self.notification = notification
    self.watchdog = watchdog
    controller = MirrorController(kernel: kernel, parse: Session.parse, onProgress: watchdog.feed)
    directory = ProfileDirectory(
      ProfilesOnDisk(
        path: command.profiles, authors: command.allowWritableProfiles ? .anybody : .trusted, onRead: watchdog.feed))
    textfile = command.textfile
    newcomers = Newcomers(grace: .seconds(command.grace))
    pacing = Pacing(resync: .seconds(command.resync), now: MonotonicClock.now())
    figures = ServiceFigures(
      version: MirrorctlCommand.configuration.version, processID: ProcessInfo.processInfo.processIdentifier,
      startedAt: WallClock.now())
  }

  private static func logger(_ level: DaemonCommand.LogLevel) -> Logger {
    let prefix: ServiceLogHandler.Prefix = StandardError.isJournal ? .priority : .time
    var logger = Logger(label: "mirrorctl") { _ in ServiceLogHandler(prefix: prefix) }
    logger.logLevel = Logger.Level(rawValue: level.rawValue) ?? .info
    return logger
  }

  /// Works until a signal asks it to stop; what is in the kernel then stays.
  func run() throws {
    let lock: ServiceLock
    do throws(KernelError) { lock = try ServiceLock(keeping: directory.path) } catch {
      return try reporting { () throws(KernelError) in throw error }
    }
    directory.readAll(at: MonotonicClock.now())
    var occasions = Occasions()
    while occasions.stopSignal == nil {
      watchdog.feed()
      let now = MonotonicClock.now()
      if due <= now {
        let looks = figures.looks
        look(at: now)
        if figures.looks != looks { Heap.trim() }
      }
      do throws(KernelError) {
        occasions = try watch.wait(timeToWait())
        deafness = nil
      } catch {
        if error != deafness { logger.error("\(error)") }
        deafness = error
        Pause.wait(until: .now + Self.troublePause)
        occasions = Occasions(kernel: .lost, files: .all)
      }
      take(occasions)
    }
    logger.notice(
      "stopped by signal; the mirrors stay in the kernel", metadata: ["signal": "\(occasions.stopSignal ?? 0)"])
    notification?.send(.stopping)
    FiguresFile.remove()
    withExtendedLifetime(lock) {}
  }

  private func timeToWait() -> Duration {
    let now = MonotonicClock.now()
    return max(.zero, min(due, watchdog.nextFeeding ?? due) - now)
  }

  /// The moment of the next look.
  private var due: Duration {
    guard case .interfaces(let indexes) = places, !indexes.isEmpty, indexes.count <= Self.fewInterfaces, isSettled
    else { return pacing.due(for: .everything) }
    return pacing.due(for: .someInterfaces)
  }

  /// Whether a look at what has changed may be enough.
  private var isSettled: Bool { standing != nil && announcement == nil && directory.settling == nil }

  /// Notes what has happened; what there is to do about it is found out by looking.
  private func take(_ occasions: Occasions) {
    guard !occasions.isEmpty else { return }
    let now = MonotonicClock.now()
    if occasions.kernel == .lost { figures.eventsLost += 1 }
    places.merge(occasions.isAboutKernelOnly ? watch.takePlaces() : .everywhere)
    switch occasions.files {
    case .unchanged: break
    case .some(let names): directory.read(names, at: now)
    case .all: directory.readAll(at: now)
    }
    // A changed file may be the remedy.
    if occasions.files != .unchanged { holds.release() }
    if occasions.isReloadRequested {
      notification?.send(.reloading(since: now))
      announcement = announcement ?? .reload
      directory.readAll(at: now, .final)
      holds.release()
    }
    pacing.note(at: now)
  }

  /// One look, alone in the namespace, and what comes of it.
  private func look(at start: Duration) {
    let lock: ApplyLock
    do throws(KernelError) { lock = try ApplyLock(patience: 0) } catch {
      guard error.cause == .inTheWay else {
        return conclude(Reconciliation(failure: .observation(error)), from: start)
      }
      return pacing.retry(at: start + Self.lockPause)
    }
    if focus(at: start) { return withExtendedLifetime(lock) {} }
    // It takes a look at everything after all, which may have to rest still.
    guard due <= start else { return }
    directory.settle(at: start)
    if pacing.isResync(at: start) {
      directory.check(at: start)
      holds.release()
    }
    standing = nil
    places = .interfaces([])
    var result = controller.reconcile(directory.files, &holds, &newcomers, now: MonotonicClock.now()) {
      watch.isStopRequested
    }
    withExtendedLifetime(lock) {}
    standing = result.standing
    result.standing = nil
    conclude(result, from: start)
    if result.status != nil { setInterest(result.profiles) }
  }

  /// Where only some interfaces have changed since everything was as it should be, a look at these is enough.
  ///
  /// - Returns: whether it was.
  private func focus(at start: Duration) -> Bool {
    guard case .interfaces(let indexes) = places, !indexes.isEmpty, isSettled, var known = standing,
      !pacing.isResync(at: start)
    else { return false }
    standing = nil
    let outcome = controller.focus(on: indexes, &known, awaiting: newcomers, isInterrupted: { watch.isStopRequested })
    guard outcome.end == .settled else {
      // What it has done is done, whatever a look at everything finds.
      if !outcome.steps.isEmpty { figures.repairs += 1 }
      tell(steps: outcome.steps)
      places = .everywhere
      return false
    }
    standing = known
    places = .interfaces([])
    if indexes.count > Self.fewInterfaces { Heap.trim() }
    let end = MonotonicClock.now()
    pacing.focused(from: start, to: end)
    if let next = newcomers.nextEnd { pacing.retry(at: max(next, end)) }
    var result = Reconciliation()
    result.steps = outcome.steps
    count(result, from: start, to: end)
    _ = publish(result)
    var new = state
    for report in outcome.reports.values { new.add(report) }
    // The metrics of mirrors come of a look at everything.
    if textfile != nil, new.mirrors != state.mirrors {
      places = .everywhere
      pacing.note(at: end)
    }
    tell(result, new)
    state = new
    notification?.send(.status(state.summary.printable))
    return true
  }

  /// Routes and neighbours matter to tunnels only.
  private func setInterest(_ profiles: [Profile]) {
    let wanted: EventWatch.Interest = Observation.routeQuestions(of: profiles, []).isEmpty ? .links : .linksAndRoutes
    guard wanted != interest else { return }
    do throws(KernelError) {
      try watch.setInterest(wanted)
      interest = wanted
      // What happened before now was not seen.
      places = .everywhere
      pacing.note(at: MonotonicClock.now())
    } catch { logger.error("\(error)") }
  }

  private func conclude(_ result: Reconciliation, from start: Duration) {
    let end = MonotonicClock.now()
    pacing.looked(from: start, to: end)
    if let moment = directory.settling { pacing.retry(at: moment) }
    if result.end == .unsettled { pacing.note(at: end) }
    failures = result.failure == nil ? 0 : failures + 1
    if let next = result.next(holds, newcomers, failures: failures, at: end) { pacing.retry(at: next) }
    figures.looks += 1
    figures.profileFiles = ServiceFigures.ProfileFiles(directory, result)
    count(result, from: start, to: end)
    var new = ServiceState(result, holds, directory, after: state)
    new.addProblems(publish(result), "metrics")
    tell(result, new)
    state = new
    announce()
  }

  private func count(_ result: Reconciliation, from start: Duration, to end: Duration) {
    figures.reconciles += 1
    if !result.steps.isEmpty { figures.repairs += 1 }
    if result.failure != nil || !holds.all.isEmpty { figures.failures += 1 }
    if result.isComplete(holds), directory.findings.isEmpty { figures.lastSuccessAt = WallClock.now() }
    figures.addReconcile(seconds: (end - start) / .seconds(1))
  }

  /// Writes what there is to measure to where others read it.
  ///
  /// - Returns: what went wrong; the mirrors do not mind.
  private func publish(_ result: Reconciliation) -> [String] {
    var problems: [String] = []
    do throws(FiguresFile.Failure) { try FiguresFile.write(figures) } catch { problems.append("\(error)") }
    guard let textfile, let status = result.status else { return problems }
    let text = MetricsText(mirrors: status.mirrors, figures: figures).text
    do throws(KernelError) { try AtomicFile.write(Array(text.utf8), to: textfile) } catch {
      problems.append("\(error)")
    }
    return problems
  }

  private func tell(steps: [Step]) {
    guard !steps.isEmpty else { return }
    let examples = steps.prefix(5).map(\.brief).joined(separator: ", ")
    logger.notice(
      "brought the kernel to what is wanted: \(examples)\(steps.count > 5 ? ", …" : "")",
      metadata: ["steps": "\(steps.count)"])
  }

  private func tell(_ result: Reconciliation, _ new: ServiceState) {
    tell(steps: result.steps)
    for entry in new.news(since: state) { logger.log(level: entry.level, "\(entry.text)", metadata: entry.metadata) }
  }

  private func announce() {
    if announcement != nil { notification?.send(.ready) }
    notification?.send(.status(state.summary.printable))
    announcement = nil
  }
}

extension ServiceFigures.ProfileFiles {
  /// What has become of the files of a directory.
  fileprivate init(_ directory: ProfileDirectory<ProfilesOnDisk>, _ result: Reconciliation) {
    let files = directory.files ?? []
    var reasons = directory.findings
    for file in files {
      guard let name = file.profile?.name, let findings = result.rejected[name] else { continue }
      reasons[file.name, default: []] += findings.map(\.description)
    }
    let refused = reasons.sorted { $0.key < $1.key }.map { name, lines in
      Refused(file: name, message: lines.joined(separator: "; "))
    }
    self.init(loaded: UInt64(files.filter { reasons[$0.name] == nil }.count), refused: refused)
  }
}

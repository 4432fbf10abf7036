import ArgumentParser
import MirrorController
import MirrorModel
import Netlink
import TrafficControl

/// What happens to the mirrors, as it happens.
struct MonitorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor", abstract: "Print what happens to the mirrors, as it happens.",
    discussion: """
      First one line for each mirror that is there, then one for each change: mirrors that appear or are removed, states \
      with their reasons, objects in the kernel that differ from what a mirror needs and are put right again, ports that \
      join or leave, outputs that are lost and come back. Nothing is changed. With -o json each line is a document.
      """)

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var format: FormatOptions

  /// How long the kernel has to be quiet before a look, and how often more is waited for.
  private static let quiet = Duration.milliseconds(50)
  private static let patience = 20

  /// A program that is changing mirrors has them half done meanwhile; how often, at most, to wait a pause for its end.
  private static let lockAttempts = 500

  func run() throws {
    let session = try Session(namespace)
    let watch = try reporting { () throws(KernelError) in try EventWatch(watching: nil, ignoring: 0) }
    var interest = EventWatch.Interest.links
    var last: Status?
    var failure: String?
    while true {
      var documents: [MonitorDocument] = []
      var isBehind = false
      do throws(ApplyError) {
        let status = try look(session, watch)
        if failure != nil { documents.append(MonitorDocument(failure: nil)) }
        failure = nil
        let events = StatusEvent.between(last ?? Status(mirrors: []), status)
        documents += events.map { MonitorDocument($0, isFirst: last == nil) }
        last = status
        if interest == .links, status.hasTunnel {
          interest = .linksAndRoutes
          // What happened before now was not seen.
          isBehind = true
          try setInterest(interest, of: watch)
        }
      } catch {
        let text = FailureReport(error).lines.joined(separator: "; ")
        if text != failure { documents.append(MonitorDocument(failure: text)) }
        failure = text
        isBehind = false
      }
      for document in documents { try write(document) }
      if !isBehind { try waitForChange(watch) }
    }
  }

  /// Looks while nobody changes mirrors, as far as it may ask for that.
  private func look(_ session: Session, _ watch: EventWatch) throws(ApplyError) -> Status {
    for _ in 0..<Self.lockAttempts where !watch.isStopRequested {
      do throws(KernelError) {
        guard let lock = try ApplyLock.ifFree() else {
          Pause.wait(until: .now + .milliseconds(20))
          continue
        }
        let status = try? session.controller.status()
        withExtendedLifetime(lock) {}
        if let status { return status }
      } catch {}
      break
    }
    return try session.controller.status()
  }

  private func setInterest(_ interest: EventWatch.Interest, of watch: EventWatch) throws(ApplyError) {
    do throws(KernelError) { try watch.setInterest(interest) } catch { throw .observation(error) }
  }

  /// Waits until something has happened and the kernel is quiet again.
  ///
  /// - Throws: 128 and the number of the signal that ends the program.
  private func waitForChange(_ watch: EventWatch) throws {
    var limit: Duration?
    for _ in 0...Self.patience {
      let occasions = try reporting { () throws(KernelError) in try watch.wait(limit) }
      if let signal = occasions.stopSignal { throw ExitCode(128 + signal) }
      if occasions.isReloadRequested { throw ExitCode(128 + Self.hangUp) }
      if occasions.isEmpty { return }
      limit = Self.quiet
    }
  }

  /// SIGHUP, which only the service takes for something else than the end.
  private static let hangUp: Int32 = 1

  private func write(_ document: MonitorDocument) throws {
    switch format.output {
    case .text: try Console.write(lines: [document.line])
    case .json: try Console.write(JSONText.line(document) + "\n")
    }
  }
}

extension Status {
  /// Whether routes matter.
  fileprivate var hasTunnel: Bool {
    mirrors.contains { if case .tunnel = $0.report.mirror.output { true } else { false } }
  }
}

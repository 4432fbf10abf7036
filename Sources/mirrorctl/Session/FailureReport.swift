import ArgumentParser
import MirrorCompiler
import MirrorController
import MirrorModel
import OVSImport
import TrafficControl

/// What a failure means to the user: the lines to print and the exit status.
struct FailureReport {
  var lines: [String]
  var exitCode: ExitCode

  init(_ error: any Error) {
    switch error {
    case let error as ProfileFiles.LoadError: self.init(error)
    case let error as ApplyError: self.init(error)
    case let error as KernelError: self.init(error)
    case let error as OVSSource.Failure: self.init(error)
    default: self.init(lines: ["\(error)"], exitCode: .failure)
    }
  }

  private init(lines: [String], exitCode: ExitCode) {
    self.lines = lines
    self.exitCode = exitCode
  }

  private init(_ error: ProfileFiles.LoadError) {
    let exitCode: ExitCode = if case .invalid = error { .invalidProfile } else { .failure }
    self.init(lines: error.lines, exitCode: exitCode)
  }

  private init(_ error: ApplyError) {
    switch error {
    case .refused(let findings):
      let lacksFeature = findings.contains { if case .missingFeature = $0.kind { true } else { false } }
      self.init(lines: findings.map(\.description), exitCode: lacksFeature ? .missingFeature : .invalidProfile)
    case .unknownMirrors(let names):
      self.init(lines: names.map { "there is no mirror \"\($0)\"; 'mirrorctl list' shows them" }, exitCode: .failure)
    case .ambiguousMirrors(let names):
      let lines = names.map { name, meanings in
        "there are \(meanings.count) mirrors \"\(name)\": say which: \(Quotation.alternatives(meanings))"
      }
      self.init(lines: lines, exitCode: .failure)
    case .unknownProfiles(let names):
      self.init(lines: names.map { "there is no profile \"\($0)\"; 'mirrorctl status' shows them" }, exitCode: .failure)
    case .damagedRecords(let slots):
      self.init(
        lines: [
          "what the kernel remembers of \(slots.count) mirror\(slots.count == 1 ? "" : "s") is damaged: apply the profiles they "
            + "came from in one go, or remove all with 'mirrorctl clear'"
        ], exitCode: .failure)
    case .keptByService(let profiles, let process, let directory):
      let lines = profiles.map { profile in
        let file = if case .service(let file) = profile.keeper { "\(directory)/\(file)" } else { directory }
        return "profile \(profile.name) is kept by the service (process \(process)): change or remove \(file)"
      }
      self.init(
        lines: lines + ["or stop the service first ('systemctl stop mirrorctl'); the mirrors go on without it"],
        exitCode: .failure)
    case .observation(let error): self.init(error)
    case .kernel(let error, let mirrors):
      self.init(error)
      if !mirrors.isEmpty, let first = lines.first {
        lines[0] = "mirror \(mirrors.joined(separator: ", ")): \(first)"
      }
      lines.append("everything before it was undone; the mirrors are as they were")
    case .unverified(let steps):
      self.init(
        lines: ["the kernel accepted the change but does not hold all of it; it was undone. What is missing:"]
          + steps.prefix(10).map { "  \($0.brief)" }, exitCode: .failure)
    case .rollbackFailed(let error, let undone, let remaining):
      self.init(error)
      lines.append("undoing what came before it failed as well: \(undone)")
      lines.append("what is left to undo:")
      lines += remaining.map { "  \($0.brief)" }
    }
  }

  private init(_ error: OVSSource.Failure) {
    switch error {
    case .invalid(let problem): self.init(lines: [problem.description], exitCode: .invalidProfile)
    case .unreadable(let path, let reason): self.init(lines: ["\(path): \(reason)"], exitCode: .failure)
    case .unreachable(let failure):
      let remedy =
        switch failure.cause {
        case .absent, .other:
          [
            "is Open vSwitch running (ovsdb-server)? Or save its tables where it runs and give the file:",
            "  \(OVSTable.command) > ovs.json",
          ]
        case .notPermitted: ["asking the database takes root: run it with sudo"]
        }
      self.init(
        lines: ["unix:\(failure.path): \(failure.text)"] + remedy,
        exitCode: failure.cause == .notPermitted ? .notPermitted : .failure)
    }
  }

  private init(_ error: KernelError) {
    var lines = ["\(error)"]
    let exitCode: ExitCode
    switch error.cause {
    case .notPermitted:
      lines.append("this needs the capability CAP_NET_ADMIN: run it as root, or with sudo")
      exitCode = .notPermitted
    case .notSupported:
      lines.append(
        "the kernel has no code for this; 'mirrorctl probe' shows what it can do and which option is missing")
      exitCode = .missingFeature
    case .notInHardware:
      lines.append(
        "'offload: require' leaves copies to hardware alone; with 'offload: auto' the kernel makes them where it must")
      exitCode = .failure
    case .interrupted: exitCode = .interrupted
    case .passing:
      lines.append("this can pass: try again")
      exitCode = .failure
    case .notFound, .inTheWay, .other: exitCode = .failure
    }
    self.init(lines: lines, exitCode: exitCode)
  }
}

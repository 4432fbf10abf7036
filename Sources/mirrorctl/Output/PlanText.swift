import MirrorController
import TrafficControl

/// A plan for people: a line for each change, then the warnings.
struct PlanText {
  let lines: [String]

  init<K: Kernel>(_ proposal: MirrorController<K>.Proposal) {
    let degraded = proposal.compilation.mirrors.filter { $0.state == .degraded }.map {
      "warning: mirror \($0.name) will be degraded: \($0.reasons.joined(separator: "; "))"
    }
    let warnings = proposal.compilation.warnings
    let notes = proposal.compilation.mirrors.flatMap { mirror in
      mirror.notes.map { "mirror \(mirror.name): \($0)" }.filter { !warnings.contains($0) }.map { "note: \($0)" }
    }
    lines = Self.changes(proposal.plan.steps) + warnings.map { "warning: \($0)" } + degraded + notes
  }

  /// One line a step, but all pages of records in one line for each sign.
  private static func changes(_ steps: [Step]) -> [String] {
    var lines: [String] = []
    var pages: [String: (line: Int, count: Int)] = [:]
    for step in steps {
      guard step.isAboutRecord else {
        lines.append(step.summary)
        continue
      }
      let sign = String(step.summary.prefix(1))
      let (line, count) = pages[sign] ?? (lines.count, 0)
      if count == 0 { lines.append("") }
      pages[sign] = (line, count + 1)
      lines[line] = "\(sign) record of the profiles, in \(count + 1) unbound action\(count == 0 ? "" : "s")"
    }
    return lines
  }
}

/// A plan for programs.
struct PlanDocument: Encodable {
  struct Change: Encodable {
    var operation: String
    var object: String
    var commands: [String]
  }

  struct Degraded: Encodable {
    var mirror: String
    var reasons: [String]
  }

  var changes: [Change]
  var warnings: [String]
  var degraded: [Degraded]

  init<K: Kernel>(_ proposal: MirrorController<K>.Proposal) {
    changes = proposal.plan.steps.map { step in
      switch step {
      case .add(let object): Change(operation: "add", object: object.summary, commands: step.commands)
      case .change(_, let object): Change(operation: "change", object: object.summary, commands: step.commands)
      case .remove(let object): Change(operation: "remove", object: object.summary, commands: step.commands)
      }
    }
    warnings = proposal.compilation.warnings
    degraded = proposal.compilation.mirrors.filter { $0.state == .degraded }.map {
      Degraded(mirror: $0.name, reasons: $0.reasons)
    }
  }
}

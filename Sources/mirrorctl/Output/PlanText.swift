import MirrorController
import TrafficControl

/// A plan for people: a line for each change, then the warnings.
struct PlanText {
  let lines: [String]

  init<K: Kernel>(_ proposal: MirrorController<K>.Proposal) {
    let degraded = proposal.compilation.mirrors.filter { $0.state == .degraded }.map {
      "warning: mirror \($0.name) will be degraded: \($0.reasons.joined(separator: "; "))"
    }
    lines = proposal.plan.steps.map(\.summary) + proposal.compilation.warnings.map { "warning: \($0)" } + degraded
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

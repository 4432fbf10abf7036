import Foundation
import MirrorCompiler
import MirrorModel
import TestSupport
import Testing
import TrafficControl

/// A folder with a profile, a host, and what is compiled from them.
struct GoldenCase: CustomTestStringConvertible {
  let name: String

  var testDescription: String { name }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Golden")

  /// Whether the expected texts are to be written instead of compared.
  static let isUpdate = ProcessInfo.processInfo.environment["MIRRORCTL_UPDATE_GOLDEN"] == "1"

  static let all: [GoldenCase] = {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().map(GoldenCase.init)
    } catch { fatalError("\(error)") }
  }()

  /// What a profile comes to on a host.
  struct Outcome {
    var plan: String
    var script: String
  }

  func read(_ file: String) throws -> String { try String(contentsOf: url(file), encoding: .utf8) }

  func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: url(file))
  }

  func host() throws -> HostSnapshot { try HostFile(try read("host.yaml")).host }

  func profile() throws -> Profile { try ProfileText.decode(try read("profile.yaml")) }

  func outcome() throws -> Outcome {
    do {
      let compilation = try MirrorCompiler([try profile()], on: try host()).compile()
      let plan = Plan.difference(from: compilation.current, to: compilation.desired)
      let degraded = compilation.mirrors.filter { $0.state == .degraded }.map {
        "degraded: \($0.name): \($0.reasons.joined(separator: "; "))"
      }
      let lines = plan.steps.map(\.summary) + compilation.warnings.map { "warning: \($0)" } + degraded
      return Outcome(plan: lines.map { $0 + "\n" }.joined(), script: plan.script)
    } catch let error as CompilationError {
      return Outcome(plan: error.findings.map { "refused: \($0)\n" }.joined(), script: Plan().script)
    }
  }

  private func url(_ file: String) -> URL { Self.root.appendingPathComponent(name).appendingPathComponent(file) }
}

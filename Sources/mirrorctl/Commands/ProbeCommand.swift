import ArgumentParser
import Netlink
import TrafficControl

/// What the kernel can do.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Show what this kernel can do, found by trying it in a scratch network namespace.",
    discussion: """
      No module is loaded for it: what takes one that the kernel would load when it is asked is taken to be there.
      """)

  @OptionGroup var format: FormatOptions

  @Option(
    help: ArgumentHelp(
      "Save what was found in this file instead of printing it; programs that may not probe believe \(SavedFeatures.path).",
      valueName: "file"))
  var save: String?

  func run() throws {
    let all = Set(Feature.allCases)
    let features = try reporting { () throws(KernelError) in
      if let present = try LinuxKernel.probe(all) { return present }
      return try LinuxKernel().features(among: all)
    }
    if let save {
      let answers = Dictionary(uniqueKeysWithValues: all.map { ($0, features.contains($0)) })
      return try reporting { () throws(KernelError) in try SavedFeatures.save(answers, to: save) }
    }
    switch format.output {
    case .json: try Console.write(JSONText.encode(ProbeDocument(features)) + "\n")
    case .text:
      let lines = Feature.allCases.sorted().map { feature in
        let answer = features.contains(feature) ? "yes" : "no   needs \(feature.kernelOption)"
        return "\(feature.summary.padded(to: 30)) \(answer)"
      }
      try Console.write(lines: lines)
    }
  }
}

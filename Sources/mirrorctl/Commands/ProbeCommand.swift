import ArgumentParser
import Netlink
import TrafficControl

/// What the kernel can do.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Show what this kernel can do, found by trying it in a scratch network namespace.")

  @OptionGroup var format: FormatOptions

  @Option(
    help: ArgumentHelp(
      "Save what was found in this file instead of printing it; programs that may not probe believe \(SavedFeatures.path).",
      valueName: "file"))
  var save: String?

  func run() throws {
    let features = try reporting { () throws(KernelError) in
      try LinuxKernel().features(among: Set(Feature.allCases))
    }
    if let save { return try reporting { () throws(KernelError) in try SavedFeatures.save(features, to: save) } }
    switch format.output {
    case .json: print(try JSONText.encode(ProbeDocument(features)))
    case .text:
      for feature in Feature.allCases.sorted() {
        let answer = features.contains(feature) ? "yes" : "no   needs \(feature.kernelOption)"
        print("\(feature.summary.padded(to: 30)) \(answer)")
      }
    }
  }
}

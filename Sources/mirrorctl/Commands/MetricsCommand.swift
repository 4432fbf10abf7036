import ArgumentParser
import MirrorController
import Netlink

/// The mirrors and the service as metrics.
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Print what there is to measure, in the text format of Prometheus.",
    discussion: """
      With or without the service: states and counters of the mirrors are read from the kernel. What the service counts \
      about itself is added where it runs. If the kernel cannot be read nothing is printed.
      """)

  @OptionGroup var namespace: NamespaceOptions

  func run() throws {
    let mirrors = try StatusCommand.mirrors(named: [], namespace)
    let text = MetricsText(mirrors: mirrors, figures: figures).text
    guard StandardOutput.write(text) else { throw ExitCode.failure }
  }

  /// Of the service in this namespace, if there is one and its file can be understood.
  private var figures: ServiceFigures? {
    do throws(FiguresFile.Failure) {
      return try FiguresFile.read()
    } catch {
      StandardError.write("mirrorctl: \(error): what the service counts is left out\n")
      return nil
    }
  }
}

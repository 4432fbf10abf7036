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
    let mirrors = try StatusCommand.status(of: [], namespace).mirrors
    let text = MetricsText(mirrors: mirrors, figures: figures).text
    try Console.write(text)
  }

  /// Of the service in this namespace, if there is one and its file can be understood.
  private var figures: ServiceFigures? {
    do throws(FiguresFile.Failure) {
      return try FiguresFile.read()
    } catch {
      Console.report(["\(error): what the service counts is left out"])
      return nil
    }
  }
}

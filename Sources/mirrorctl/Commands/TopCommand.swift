import ArgumentParser
import FoundationEssentials
import Netlink
import NetworkTypes

/// Live rates of the mirrors.
struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Show live rates of the mirrors.",
    discussion: """
      On a terminal the screen is refreshed every 2 seconds; h shows the keys, q quits. Where standard output is not a \
      terminal, two looks are taken a second apart and one table is printed. Rates are those between two looks: packets \
      that were delivered, their bytes in full length, copies that were dropped. A mirror without them is new, has just \
      been set up again, or is gone.

      With -o json there is one document a line for each table. NO_COLOR=1 leaves the header as plain as the rest.
      """)

  @Option(name: .shortAndLong, help: "Seconds between two looks, from 0.1 to 86400. (default: 2; for a single table 1)")
  var delay: Double?

  @Option(name: [.customShort("n"), .long], help: "End after so many tables.")
  var count: Int?

  @Flag(
    name: .shortAndLong, help: "Print one table below the other, also on a terminal, without end unless -n is given.")
  var batch = false

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var format: FormatOptions

  func validate() throws {
    if let delay, !TopView.delays.contains(delay) {
      throw ValidationError("--delay takes seconds from 0.1 to 86400")
    }
    if let count, count < 1 { throw ValidationError("--count takes a number from 1") }
  }

  func run() throws {
    let source = TopSource(try Session(namespace))
    guard batch || format.output == .json || !Terminal.isPresent else {
      var screen = try TopScreenLoop(source, delay: delay ?? 2, count: count, emphasis: Self.emphasis)
      return try screen.run()
    }
    let tables = count ?? (batch || StandardOutput.isTerminal ? nil : 1)
    try Self.printTables(source, delay: delay ?? (tables == 1 ? 1 : 2), count: tables, format.output)
  }

  private static var emphasis: TopScreen.Emphasis {
    ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty ? .reverse : .none
  }

  /// - Throws: where the only look that was asked for, or the one to compare it with, has failed.
  private static func printTables(
    _ source: TopSource, delay: Double, count: Int?, _ format: FormatOptions.Format
  ) throws {
    var source = source
    var failure = source.refresh().failure
    var next = ContinuousClock.now
    var printed = 0
    while count.map({ printed < $0 }) ?? true {
      next += .seconds(delay)
      Pause.wait(until: next)
      let report = source.refresh()
      failure = report.failure ?? failure
      let text =
        switch format {
        case .json: try JSONText.line(TopDocument(report)) + "\n"
        case .text: lines(report, delay: delay).map { $0.printable + "\n" }.joined() + (count == 1 ? "" : "\n")
        }
      try Console.write(text)
      printed += 1
    }
    if count == 1, failure != nil { throw ExitCode.failure }
  }

  private static func lines(_ report: TopReport, delay: Double) -> [String] {
    let table = TopTable(TopOrder.name.sort(report.rates), unit: .bits)
    let failure = report.failure.map { [$0.printable] } ?? []
    return [report.headline(view: TopView(delay: delay)), report.summary] + failure + [table.header] + table.rows
  }
}

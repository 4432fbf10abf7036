/// What there is to measure, in the text format 0.0.4 of Prometheus: for a scrape, or for the textfile collector of
/// node_exporter.
public struct MetricsText: Hashable, Sendable {
  /// Whole lines, each ended; empty where there is nothing to measure.
  public let text: String

  /// - Parameters:
  ///   - mirrors: as they fare now.
  ///   - figures: those of the service that keeps them, if there is one.
  public init(mirrors: [Status.Mirror], figures: ServiceFigures?) {
    let families = MirrorMetrics(mirrors).families + (figures.map { ServiceMetrics($0).families } ?? [])
    text = families.map(\.text).joined()
  }
}

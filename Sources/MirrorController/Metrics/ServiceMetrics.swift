/// The metrics of the service.
struct ServiceMetrics {
  let families: [MetricFamily]

  init(_ figures: ServiceFigures) {
    families =
      Self.process(figures) + Self.reconciles(figures) + Self.files(figures.profileFiles)
  }

  private static func process(_ figures: ServiceFigures) -> [MetricFamily] {
    var info = MetricFamily("mirrorctl_service_info", .gauge, "The version of the service: always 1.")
    info.add(true, [("version", figures.version)])
    return [
      info,
      gauge("mirrorctl_service_process_id", Double(figures.processID), "Process ID of the service."),
      gauge(
        "mirrorctl_service_start_time_seconds", figures.startedAt, "When the service started, in seconds of Unix time."),
      counter("mirrorctl_service_looks_total", figures.looks, "Looks at the whole of the kernel."),
      counter(
        "mirrorctl_service_events_lost_total", figures.eventsLost,
        "Times that the kernel had more events than the service could take; each is followed by a look."),
    ]
  }

  private static func reconciles(_ figures: ServiceFigures) -> [MetricFamily] {
    var duration = MetricFamily(
      "mirrorctl_reconcile_duration_seconds", .summary, "How long it took to bring the kernel to what the profiles say."
    )
    duration.add(.number(figures.reconcileSecondsSum), suffix: "_sum")
    duration.add(.count(figures.reconcileSecondsCount), suffix: "_count")
    return [
      counter(
        "mirrorctl_reconciles_total", figures.reconciles,
        "Times that the kernel was compared with the profiles and brought to what they say."),
      counter("mirrorctl_reconcile_repairs_total", figures.repairs, "Those that put something right."),
      counter("mirrorctl_reconcile_failures_total", figures.failures, "Those that failed."),
      duration,
      gauge("mirrorctl_reconcile_last_duration_seconds", figures.lastReconcileSeconds, "How long the last one took."),
      gauge(
        "mirrorctl_reconcile_last_success_timestamp_seconds", figures.lastSuccessAt,
        "When the kernel was last what the profiles say, in seconds of Unix time."),
    ]
  }

  /// The messages about refused files are not in labels: they are long, and `mirrorctl validate` gives them.
  private static func files(_ files: ServiceFigures.ProfileFiles) -> [MetricFamily] {
    var count = MetricFamily("mirrorctl_profile_files", .gauge, "Files of profiles, by what became of them.")
    count.add(files.loaded, [("state", "loaded")])
    count.add(files.refused.count, [("state", "refused")])
    var refused = MetricFamily("mirrorctl_profile_file_refused", .gauge, "1 for each file that is not carried out.")
    for each in files.refused { refused.add(true, [("file", each.file)]) }
    return [count, refused]
  }

  private static func counter(_ name: String, _ value: UInt64, _ help: String) -> MetricFamily {
    var family = MetricFamily(name, .counter, help)
    family.add(value)
    return family
  }

  /// Without a value there is no family.
  private static func gauge(_ name: String, _ value: Double?, _ help: String) -> MetricFamily {
    var family = MetricFamily(name, .gauge, help)
    if let value { family.add(.number(value)) }
    return family
  }
}

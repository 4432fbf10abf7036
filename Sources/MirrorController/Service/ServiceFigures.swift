/// What the service counts about itself, for whoever watches it.
///
/// The service writes it as JSON beside the lock of its network namespace; `mirrorctl metrics` reads it there. Counts begin
/// with 0 when the service starts. Seconds are those of the clock on the wall (Unix time) or durations.
public struct ServiceFigures: Codable, Hashable, Sendable {
  /// What became of the files that profiles are in.
  public struct ProfileFiles: Codable, Hashable, Sendable {
    /// A file that is not carried out, and why.
    public struct Refused: Codable, Hashable, Sendable {
      public var file: String
      public var message: String

      public init(file: String, message: String) {
        self.file = file
        self.message = message
      }
    }

    /// How many are carried out.
    public var loaded: UInt64
    public var refused: [Refused]

    public init(loaded: UInt64 = 0, refused: [Refused] = []) {
      self.loaded = loaded
      self.refused = refused
    }
  }

  public var version: String
  public var processID: Int32
  /// Unix time.
  public var startedAt: Double
  /// Looks at the whole of the kernel.
  public var looks: UInt64 = 0
  /// How often the kernel had more to tell than the socket could hold (`ENOBUFS`).
  public var eventsLost: UInt64 = 0
  /// Times that the kernel was brought, or was to be brought, to what the profiles say.
  public var reconciles: UInt64 = 0
  /// Those of them that found something to put right and did so.
  public var repairs: UInt64 = 0
  /// Those of them that failed.
  public var failures: UInt64 = 0
  /// Of the last one; `nil` before the first.
  public var lastReconcileSeconds: Double?
  /// Of all together whose duration was taken.
  public var reconcileSecondsSum: Double = 0
  /// How many that are.
  public var reconcileSecondsCount: UInt64 = 0
  /// Unix time at which the kernel was last found or made equal to the profiles; `nil`: not yet.
  public var lastSuccessAt: Double?
  public var profileFiles = ProfileFiles()

  public init(version: String, processID: Int32, startedAt: Double) {
    self.version = version
    self.processID = processID
    self.startedAt = startedAt
  }

  /// Takes a duration into account.
  public mutating func addReconcile(seconds: Double) {
    lastReconcileSeconds = seconds
    reconcileSecondsSum += seconds
    reconcileSecondsCount += 1
  }

  private enum CodingKeys: String, CodingKey {
    case version, looks, reconciles, repairs, failures
    case processID = "process_id"
    case startedAt = "started_at"
    case eventsLost = "events_lost"
    case lastReconcileSeconds = "last_reconcile_seconds"
    case reconcileSecondsSum = "reconcile_seconds_sum"
    case reconcileSecondsCount = "reconcile_seconds_count"
    case lastSuccessAt = "last_success_at"
    case profileFiles = "profile_files"
  }
}

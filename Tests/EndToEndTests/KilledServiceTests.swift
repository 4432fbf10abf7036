import Testing

/// S48 for the service, with everything that mirrors can make and remove.
@Suite("Kills of the service", .fullKernel)
struct KilledServiceTests {
  @Test("S48: the service, killed before each of its requests")
  func service() throws {
    try KilledChange.withLab { try KilledChange.ofEverything.expectNoTraceOfService(in: $0) }
  }
}

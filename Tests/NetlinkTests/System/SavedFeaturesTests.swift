import Glibc
import Testing
import TrafficControl

@testable import Netlink

/// What a probe found, as the service reads it.
struct SavedFeaturesTests {
  private static let some: Set<Feature> = [.clsact, .u32, .gactProbability]

  private func withDirectory(_ body: (String) throws -> Void) throws {
    let path = "/tmp/mirrorctl-features-\(getpid())-\(UInt32.random(in: .min ... .max))"
    guard unsafe mkdir(path, 0o755) == 0 else { throw NetlinkFailure.last }
    defer { #expect(throws: Never.self) { try shell("rm -r \(path)") } }
    try body(path)
  }

  @Test func whatIsSavedIsRead() throws {
    try withDirectory { directory in
      let path = directory + "/features"
      #expect(SavedFeatures.read(path) == nil)
      try SavedFeatures.save(Set(Feature.allCases), to: path)
      try SavedFeatures.save(Self.some, to: path)
      #expect(SavedFeatures.read(path) == Self.some)
      #expect(try shell("ls \(directory)") == "features\n")
    }
  }

  @Test(arguments: [mode_t(0o664), 0o646, 0o666]) func aFileThatOthersCanWriteToIsNotBelieved(_ mode: mode_t) throws {
    try withDirectory { directory in
      let path = directory + "/features"
      try SavedFeatures.save(Self.some, to: path)
      unsafe chmod(path, mode)
      #expect(SavedFeatures.read(path) == nil)
    }
  }

  @Test func neitherLinksNorPipesNorDirectoriesAreBelieved() throws {
    try withDirectory { directory in
      try SavedFeatures.save(Self.some, to: directory + "/features")
      unsafe symlink("features", directory + "/link")
      unsafe mkfifo(directory + "/pipe", 0o644)
      for name in ["link", "pipe", "."] { #expect(SavedFeatures.read("\(directory)/\(name)") == nil) }
    }
  }

  @Test(.enabled(if: geteuid() == 0, "giving files away needs root")) func aStrangersFileIsNotBelieved() throws {
    try withDirectory { directory in
      let path = directory + "/features"
      try SavedFeatures.save(Self.some, to: path)
      unsafe chown(path, 65534, 65534)
      #expect(SavedFeatures.read(path) == nil)
    }
  }

  @Test func anotherBootIsNotBelieved() throws {
    let boot = try SavedFeatures.boot()
    #expect(boot.split(separator: " ").count == 2)
    let text = SavedFeatures.text(Self.some, boot: boot)
    #expect(SavedFeatures.features(in: text, boot: boot) == Self.some)
    #expect(SavedFeatures.features(in: text, boot: "6.1.0 another") == nil)
  }

  @Test func onlyAnAnswerForEveryFeatureIsBelieved() {
    let text = SavedFeatures.text(Self.some, boot: "b")
    let lines = text.split(separator: "\n")
    for (place, line) in lines.enumerated() {
      var rest = lines
      rest.remove(at: place)
      #expect(SavedFeatures.features(in: rest.joined(separator: "\n"), boot: "b") == nil, "without \(line)")
    }
    #expect(SavedFeatures.features(in: text + "u32 no\n", boot: "b") == nil)
    #expect(SavedFeatures.features(in: text + "a-feature-of-tomorrow yes\n", boot: "b") == Self.some)
    #expect(SavedFeatures.features(in: "", boot: "b") == nil)
  }

  @Test func aFileThatCannotBeWrittenIsAnError() throws {
    #expect(throws: KernelError.self) { try SavedFeatures.save(Self.some, to: "/no/such/directory/features") }
  }
}

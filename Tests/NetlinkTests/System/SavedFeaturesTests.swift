import Glibc
import Testing
import TrafficControl

@testable import Netlink

/// What was found out about the kernel, as later programs read it.
struct SavedFeaturesTests {
  private static let some: [Feature: Bool] = [.clsact: true, .u32: true, .gactProbability: true, .geneve: false]
  private static let kernel = SavedFeatures.Identity(boot: "6.1.0 b", modules: "12.34")

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
      try SavedFeatures.save([.vlan: true], to: path)
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

  @Test func anotherBootOrOtherModulesAreNotBelieved() throws {
    #expect(try SavedFeatures.Identity.running.boot.split(separator: " ").count == 2)
    var (seen, hidden) = (Self.kernel, Self.kernel)
    hidden.modules = nil
    let text = SavedFeatures.text(Self.some, seen)
    #expect(SavedFeatures.answers(in: text, of: seen) == Self.some)
    #expect(SavedFeatures.answers(in: text, of: hidden) == Self.some, "a service does not see the modules")
    #expect(SavedFeatures.answers(in: SavedFeatures.text(Self.some, hidden), of: seen) == Self.some)
    seen.modules = "12.35"
    #expect(SavedFeatures.answers(in: text, of: seen) == nil)
    hidden.boot = "6.1.0 another"
    #expect(SavedFeatures.answers(in: text, of: hidden) == nil)
  }

  @Test func onlyPlainAnswersAreBelieved() {
    func answers(_ text: String) -> [Feature: Bool]? { SavedFeatures.answers(in: text, of: Self.kernel) }
    let text = SavedFeatures.text(Self.some, Self.kernel)
    #expect(text == "6.1.0 b 12.34\nclsact yes\ngact-random yes\ngeneve no\nu32 yes\n")
    #expect(answers(text + "u32 no\n") == nil)
    #expect(answers(text + "a-feature-of-tomorrow yes\nvlan maybe\n") == Self.some)
    #expect(answers("6.1.0 b 12.34\n") == [:])
    #expect(answers("") == nil)
  }

  @Test func aFileThatCannotBeWrittenIsAnError() throws {
    #expect(throws: KernelError.self) { try SavedFeatures.save(Self.some, to: "/no/such/directory/features") }
  }
}

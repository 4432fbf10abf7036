import Testing

@testable import MirrorModel

/// The manual pages have whatever the program has, and nothing else.
struct ManualPageTests {
  @Test func everyCommandIsInTheManual() throws {
    let commands = try CommandTree.ofBuiltProgram().command.all.dropFirst().filter(\.shouldDisplay).map(\.commandName)
    #expect(try ManualPage("mirrorctl.8").words(in: "COMMANDS") == Set(commands).union(["help"]))
  }

  @Test func everyOptionIsInTheManual() throws {
    let flags = try CommandTree.ofBuiltProgram().command.all.flatMap { $0.arguments ?? [] }
      .filter(\.shouldDisplay).flatMap(\.flags)
    let ownFlags: Set<String> = ["--generate-completion-script"]
    #expect(try ManualPage("mirrorctl.8").flags == Set(flags).union(ownFlags))
  }

  @Test(
    arguments: [
      ("Keys of the document", ProfileKey.allCases.map(\.rawValue)),
      (
        "Keys of a mirror",
        MirrorKey.allCases.map(\.rawValue) + SampleKey.allCases.map(\.rawValue) + RateKey.allCases.map(\.rawValue)
          + ["auto", "off", "require", "clsact", "tcx", "first", "last"]
      ),
      ("Output to a VLAN", VLANOutputKey.allCases.map(\.rawValue)),
      ("Output to a tunnel", TunnelKey.allCases.map(\.rawValue)),
      ("Keys of a bridge", BridgeKey.allCases.map(\.rawValue)),
    ])
  func everyKeyIsInTheManual(section: String, keys: [String]) throws {
    #expect(try ManualPage("mirrorctl-profile.5").words(in: section) == Set(keys))
  }
}

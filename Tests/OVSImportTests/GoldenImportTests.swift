import MirrorModel
import OVSImport
import Testing

@Suite("What Open vSwitch has becomes the profile that was reviewed")
struct GoldenImportTests {
  @Test("The cases are there")
  func cases() {
    #expect(ImportCase.all.count >= 5)
  }

  @Test("The tables of ovs-vsctl become the profile, with its comments", arguments: ImportCase.all)
  func profile(golden: ImportCase) throws {
    let result = try Importing.result(try golden.read("ovs.json"))
    let text = try Importing.yaml(result)
    if ImportCase.isUpdate { try golden.write(text, to: "profile.yaml") }
    #expect(text == (try golden.read("profile.yaml")))
  }

  @Test("The text is a valid profile, and no other than the JSON", arguments: ImportCase.all)
  func validity(golden: ImportCase) throws {
    let result = try Importing.result(try golden.read("ovs.json"))
    #expect(try Importing.profile(Importing.yaml(result)) == result.profile)
    #expect(try Importing.profile(ProfileEncoder.encode(result.profile)) == result.profile)
    #expect(result.profile.mirrors.allSatisfy { $0.view == .switch })
  }

  @Test("Every note is printed, on one line", arguments: ImportCase.all)
  func notes(golden: ImportCase) throws {
    let result = try Importing.result(try golden.read("ovs.json"))
    let lines = Set(try Importing.yaml(result).split(separator: "\n").map(String.init))
    for note in result.notes { #expect(lines.contains("# - \(note)")) }
    for command in result.bridgeCommands { #expect(lines.contains("#   \(command)")) }
  }

  @Test("The order of tables and records does not matter", arguments: ImportCase.all)
  func order(golden: ImportCase) throws {
    let text = try golden.read("ovs.json")
    let tables = text.split(separator: "\n").reversed().joined()
    #expect(try Importing.yaml(Importing.result(tables)) == (try Importing.yaml(Importing.result(text))))
  }
}

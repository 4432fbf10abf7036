import MirrorModel
import TestSupport
import Testing

@testable import OVSImport

@Suite("Tables that were damaged")
struct HostileTableTests {
  @Test("Every mutation is refused with words or becomes a valid profile", arguments: ImportCase.all)
  func mutations(golden: ImportCase) throws {
    var generator = SeededGenerator(usual: 17)
    let original = Array(try golden.read("ovs.json").utf8)
    let fragments = [
      "[", "]", "{", "}", ",", ":", "\"", "\\", "null", "-1", "4095", "1e400", "\"flow\"", "[\"set\",[]]",
      "[\"map\",[]]",
      "\u{2028}", "🦅", "\u{0}", "'", "\n", "*", "true",
    ]
    var accepted = 0
    for _ in 0..<200 {
      var bytes = original
      for _ in 0...generator.number(below: 3) {
        let place = generator.number(below: bytes.count)
        switch generator.number(below: 6) {
        case 0: bytes[place] = UInt8(generator.number(below: 256))
        case 1: bytes.remove(at: place)
        case 2: bytes.swapAt(place, generator.number(below: bytes.count))
        case 3: bytes[place] = UInt8(0x20 + generator.number(below: 95))
        case 4: bytes.removeSubrange(place..<min(bytes.count, place + 1 + generator.number(below: 60)))
        default:
          bytes.insert(contentsOf: fragments[generator.number(below: fragments.count)].utf8, at: place)
        }
      }
      if try isAccepted(bytes) { accepted += 1 }
    }
    #expect(accepted > 0)
  }

  @Test("Texts in records, whatever they are, come out on one line", arguments: ImportCase.all)
  func texts(golden: ImportCase) throws {
    var generator = SeededGenerator(usual: 23)
    let nasty = [
      #"\n# x"#, "*", "[a", "'", #"\u0000"#, " ", "/", #"\u2028"#, "$(reboot)", "🦅", "yes", ".", "-", #"\""#, "",
    ]
    let pieces = try golden.read("ovs.json").split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
    let names = Set(["br0", "tap1", "m0", "m1", "gre0", "span0", "10.95.30.43", "bond0", "all-kinds"])
    for _ in 0..<30 {
      var changed = pieces
      for index in pieces.indices where names.contains(pieces[index]) && generator.happens(oneIn: 3) {
        changed[index] =
          nasty[generator.number(below: nasty.count)] + (generator.happens(oneIn: 2) ? pieces[index] : "")
      }
      _ = try isAccepted(Array(changed.joined(separator: "\"").utf8))
    }
  }

  @Test("A wildcard in a port's name is none in the profile, whatever character follows it")
  func wildcards() throws {
    let names = ["a*", "a*\u{301}", "a?\u{200d}", "[\u{301}a]"]
    for name in names {
      let row = #"{"headings":["_uuid","name","interfaces","tag","trunks","vlan_mode"],"data":[[["uuid","p"],""#
      let tables = row + name + #"",["set",[]],["set",[]],["set",[]],["set",[]]]]}"#
      let port = try #require(try TableReader.tables(in: Array(tables.utf8), source: "ovs.json").first?.rows.first)
      let pattern = PortView(try OVSPort(port), on: "br0", [:]).pattern
      #expect(names.filter(pattern.matches).map { Array($0.utf8) } == [Array(name.utf8)], "\(pattern)")
    }
  }

  @Test("Every hundredth truncation is refused", arguments: ImportCase.all)
  func truncations(golden: ImportCase) throws {
    let bytes = Array(try golden.read("ovs.json").utf8)
    for length in stride(from: 0, to: bytes.count - 1, by: 97) {
      #expect(try !isAccepted(Array(bytes.prefix(length))), "\(length) bytes")
    }
  }

  /// What is accepted becomes a profile that the decoder takes, and comments that stay comments.
  private func isAccepted(_ bytes: [UInt8]) throws -> Bool {
    let database: OVSDatabase
    do throws(ImportError) {
      database = try OVSDatabase(TableReader.tables(in: bytes, source: "ovs.json"), source: "ovs.json")
    } catch {
      #expect(error.description.hasPrefix("ovs.json: ") && error.message.count > 10)
      return false
    }
    let result = OVSImport(database, profileName: "ovs")
    let text = try Importing.yaml(result)
    #expect(try Importing.profile(text) == result.profile)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{2028}" })
    return true
  }
}

import Foundation
import MirrorModel
import Netlink
import OVSImport
import Testing

/// A folder with commands for Open vSwitch, its tables after them, and the profile that becomes of them.
///
/// `ovs.json` was recorded with `make.sh` from a database of its own; the end-to-end tests do that again.
struct ImportCase: CustomTestStringConvertible {
  let name: String

  var testDescription: String { name }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("GoldenImports")

  /// Whether the expected texts are to be written instead of compared.
  static let isUpdate = ProcessInfo.processInfo.environment["MIRRORCTL_UPDATE_GOLDEN"] == "1"

  static let all: [ImportCase] = {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().map(ImportCase.init)
    } catch { fatalError("\(error)") }
  }()

  func read(_ file: String) throws -> String { try String(contentsOf: url(file), encoding: .utf8) }

  func write(_ text: String, to file: String) throws { try Data(text.utf8).write(to: url(file)) }

  private func url(_ file: String) -> URL { Self.root.appendingPathComponent(name).appendingPathComponent(file) }
}

/// Texts of tables on their way to profiles.
enum Importing {
  static func database(_ text: String) throws(ImportError) -> OVSDatabase {
    try OVSDatabase(TableReader.tables(in: Array(text.utf8), source: "ovs.json"), source: "ovs.json")
  }

  static func result(_ text: String) throws -> OVSImport { OVSImport(try database(text), profileName: "ovs") }

  /// The YAML that is printed.
  static func yaml(_ result: OVSImport) throws -> String {
    let text = ProfileEncoder.encode(result.profile)
    let document = try #require(try YAMLParser.parse(Array(text.utf8), file: "ovs"))
    return ImportText.lines(result, document: document).map { $0 + "\n" }.joined()
  }

  /// What a text of YAML or JSON means as a profile.
  static func profile(_ text: String) throws -> Profile {
    let document = try YAMLParser.parse(Array(text.utf8), file: "ovs.yaml")
    return try ProfileDecoder.decode(document, file: "ovs.yaml", defaultName: "file").get()
  }

  /// What is wrong with a text of tables; empty if it can be imported.
  static func problem(_ text: String) -> String {
    do {
      _ = try database(text)
      return ""
    } catch { return error.description }
  }
}

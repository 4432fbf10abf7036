import Foundation
import MirrorController
import Testing

@testable import mirrorctl

@Suite("Files with profiles")
struct ProfileFilesTests {
  /// A directory with one good profile, `lab.yaml`, that only its owner can write.
  private func withDirectory(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mirrorctl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let file = folder.appendingPathComponent("lab.yaml")
    try Data("version: 1\nmirrors: []\n".utf8).write(to: file)
    try set(0o644, file)
    try body(folder)
  }

  private func set(_ mode: Int, _ url: URL) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
  }

  private func failure(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return (error as? ProfileSourceFailure)?.lines.joined(separator: "; ") ?? "\(error)" }
  }

  @Test("Commands warn of a file and of a directory that others can write, and take them")
  func warnings() throws {
    try withDirectory { folder in
      let file = folder.appendingPathComponent("lab.yaml")
      #expect(try ProfileFiles.load([folder.path]).warnings == [])
      try set(0o666, file)
      for path in [folder.path, file.path] {
        let loaded = try ProfileFiles.load([path])
        #expect(loaded.profiles.map(\.name) == ["lab"])
        #expect(
          loaded.warnings.count == 1 && loaded.warnings[0].contains("lab.yaml: everybody can write it (mode 0666)"))
      }
      try set(0o644, file)
      try set(0o777, folder)
      let loaded = try ProfileFiles.load([folder.path])
      #expect(loaded.warnings.count == 1 && loaded.warnings[0].hasPrefix("\(folder.path): everybody"))
      #expect(try ProfileFiles.load([file.path]).warnings == [])
    }
  }

  @Test("The service refuses them, unless it is told to take profiles from anybody")
  func service() throws {
    try withDirectory { folder in
      let trusted = ProfilesOnDisk(path: folder.path, authors: .trusted, onRead: {})
      let anybody = ProfilesOnDisk(path: folder.path, authors: .anybody, onRead: {})
      #expect(try trusted.names() == ["lab.yaml"])
      #expect(try trusted.profile(in: "lab.yaml").name == "lab")
      try set(0o664, folder.appendingPathComponent("lab.yaml"))
      #expect(failure { _ = try trusted.profile(in: "lab.yaml") }.contains("its group can write it (mode 0664)"))
      #expect(try anybody.profile(in: "lab.yaml").name == "lab")
      try set(0o777, folder)
      #expect(failure { _ = try trusted.names() }.contains("\(folder.path): everybody can write it (mode 0777)"))
      #expect(try anybody.names() == ["lab.yaml"])
    }
  }

  @Test("Only what has a name before its extension counts")
  func names() throws {
    try withDirectory { folder in
      for name in ["yaml", "yml", "json", ".yaml", ".hidden.yaml", "a.yml", "b.c.json", "d.yaml~", "e.YAML", "..yml"] {
        try Data().write(to: folder.appendingPathComponent(name))
      }
      #expect(try ProfileFiles.names(in: folder.path) == ["a.yml", "b.c.json", "lab.yaml"])
    }
  }
}

import FoundationEssentials
import MirrorCompiler
import MirrorModel
import Netlink

/// Reads the profiles that the user names.
enum ProfileFiles {
  /// - Throws: every finding in every file.
  static func load(_ paths: [String]) throws(LoadError) -> [Profile] {
    var profiles: [Profile] = []
    var findings: [String] = []
    for path in try expand(paths) {
      switch try read(path) {
      case .success(let profile):
        if profiles.contains(where: { $0.name == profile.name }) {
          findings.append(
            "\(path): there is another profile of the name \"\(profile.name)\" before; give it another one with 'profile:'"
          )
        }
        profiles.append(profile)
      case .failure(let error): findings.append(error.description)
      }
    }
    findings += profiles.flatMap { OffloadCheck.findings(in: $0) + expressionFindings(in: $0) }.map(\.description)
    guard findings.isEmpty else { throw .invalid(findings) }
    return profiles
  }

  enum LoadError: Error {
    case invalid([String])
    case unreadable(path: String, reason: String)
  }

  private static func expressionFindings(in profile: Profile) -> [Finding] {
    profile.mirrors.compactMap { mirror in
      guard let filter = mirror.selection.filter else { return nil }
      do throws(FilterExpression.Failure) {
        try FilterExpression.check(filter)
        return nil
      } catch {
        let owner = Owner(profile: profile.name, subject: .mirror(mirror.name))
        return Finding(owner: owner, kind: .refused, message: "filter \"\(filter)\": \(error)")
      }
    }
  }

  private static let endings = ["yaml", "yml", "json"]

  private static func expand(_ paths: [String]) throws(LoadError) -> [String] {
    var files: [String] = []
    for path in paths {
      var isDirectory = false
      guard path == "-" || FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
        throw .unreadable(path: path, reason: "there is no such file or directory")
      }
      files += isDirectory ? try list(path) : [path]
    }
    return files
  }

  private static func list(_ directory: String) throws(LoadError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory).filter { name in
        !name.hasPrefix(".") && endings.contains(String(name.split(separator: ".").last ?? ""))
      }.sorted().map { directory + "/" + $0 }
    } catch { throw .unreadable(path: directory, reason: "the directory cannot be read") }
  }

  private static func read(_ path: String) throws(LoadError) -> DecodedProfile {
    let bytes: [UInt8]
    do throws(InputFile.Failure) {
      bytes = try InputFile.read(path, limit: YAMLParser.maximumBytes + 1)
    } catch { throw .unreadable(path: path, reason: error.description) }
    do throws(Diagnostic) {
      let document = try YAMLParser.parse(bytes, file: path)
      return ProfileDecoder.decode(document, file: path, defaultName: defaultName(path))
    } catch { return .failure(ProfileError(diagnostics: [error])) }
  }

  /// The file's name without its ending.
  private static func defaultName(_ path: String) -> String {
    guard path != "-" else { return "stdin" }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }
}

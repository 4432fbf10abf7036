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
      do throws(LoadError) {
        let profile = try profile(in: path)
        if profiles.contains(where: { $0.name == profile.name }) {
          findings.append(
            "\(path): there is another profile of the name \"\(profile.name)\" before; give it another one with 'profile:'"
          )
        }
        profiles.append(profile)
      } catch {
        guard case .invalid(let lines) = error else { throw error }
        findings += lines
      }
    }
    guard findings.isEmpty else { throw .invalid(findings) }
    return profiles
  }

  /// - Throws: every finding in the file.
  static func profile(in path: String, _ kind: InputFile.Kind = .any) throws(LoadError) -> Profile {
    try profile(in: read(path, kind), of: path)
  }

  /// The profile that a file's content says.
  /// - Throws: every finding in it.
  static func profile(in bytes: [UInt8], of path: String) throws(LoadError) -> Profile {
    switch decode(bytes, path) {
    case .failure(let error): throw .invalid(error.diagnostics.map(\.description))
    case .success(let profile):
      let findings = OffloadCheck.findings(in: profile) + expressionFindings(in: profile)
      guard findings.isEmpty else { throw .invalid(findings.map { "\(path): \($0)" }) }
      return profile
    }
  }

  enum LoadError: Error {
    case invalid([String])
    case unreadable(path: String, reason: String)

    /// For people.
    var lines: [String] {
      switch self {
      case .invalid(let findings): findings.flatMap { $0.split(separator: "\n") }.map(String.init)
      case .unreadable(let path, let reason): ["\(path): \(reason)"]
      }
    }
  }

  private static func expressionFindings(in profile: Profile) -> [Finding] {
    profile.mirrors.compactMap { mirror in
      guard let filter = mirror.selection.filter else { return nil }
      do throws(FilterExpression.Failure) {
        _ = try FilterExpression.program(for: filter)
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
      files += isDirectory ? try names(in: path).map { "\(path)/\($0)" } : [path]
    }
    return files
  }

  /// The names of a directory's profiles, in order.
  static func names(in directory: String) throws(LoadError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory).filter { name in
        !name.hasPrefix(".") && endings.contains(String(name.split(separator: ".").last ?? ""))
      }.sorted()
    } catch { throw .unreadable(path: directory, reason: "the directory cannot be read") }
  }

  private static func read(_ path: String, _ kind: InputFile.Kind) throws(LoadError) -> [UInt8] {
    do throws(InputFile.Failure) {
      return try InputFile.read(path, limit: YAMLParser.maximumBytes + 1, kind)
    } catch { throw .unreadable(path: path, reason: error.description) }
  }

  private static func decode(_ bytes: [UInt8], _ path: String) -> DecodedProfile {
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

import FoundationEssentials
import MirrorCompiler
import MirrorModel
import Netlink

/// Reads the profiles that the user names.
enum ProfileFiles {
  /// What the user has named.
  struct Loaded {
    var profiles: [Profile] = []
    /// Which files and directories others can write.
    var warnings: [String] = []
  }

  /// - Throws: every finding in every file.
  static func load(_ paths: [String]) throws(LoadError) -> Loaded {
    let users = ForeignWriters.invokingUsers
    var profiles: [Profile] = []
    var findings: [String] = []
    var warnings = paths.filter { $0 != "-" }.compactMap { path in
      ForeignWriters(ofDirectory: path, users: users)?.finding(path)
    }
    for path in try expand(paths) {
      do throws(LoadError) {
        let content = try read(path, .any, users: users)
        if let writers = content.writers { warnings.append(writers.finding(path)) }
        let profile = try profile(in: content.bytes, of: path)
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
    return Loaded(profiles: profiles, warnings: warnings)
  }

  /// The profile of a file that the service keeps in force.
  ///
  /// - Throws: every finding in the file; also who can write it, unless it is read from whomever.
  static func keptProfile(in path: String, from authors: Authors) throws(LoadError) -> Profile {
    let content = try read(path, .regular, users: ForeignWriters.effectiveUser)
    if authors == .trusted, let writers = content.writers { throw .invalid([writers.finding(path)]) }
    return try profile(in: content.bytes, of: path)
  }

  /// Whose profiles the service takes.
  enum Authors {
    /// Root's and those of the user that it runs as: nobody else can write them.
    case trusted
    case anybody
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
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count > 1 && parts[0].count > 0 && endings.contains { parts.last?.elementsEqual($0.utf8) ?? false }
      }.sorted()
    } catch { throw .unreadable(path: directory, reason: "the directory cannot be read") }
  }

  private static func read(
    _ path: String, _ kind: InputFile.Kind, users: Set<UInt32>
  ) throws(LoadError) -> InputFile.Content {
    do throws(InputFile.Failure) {
      return try InputFile.content(of: path, limit: YAMLParser.maximumBytes + 1, kind, users: users)
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
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? path.utf8[...]
    let dot = name.lastIndex(of: UInt8(ascii: ".")).flatMap { $0 == name.startIndex ? nil : $0 } ?? name.endIndex
    return String(decoding: name[..<dot], as: UTF8.self)
  }
}

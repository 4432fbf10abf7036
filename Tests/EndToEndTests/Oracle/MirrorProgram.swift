import MirrorController
import MirrorModel
import Netlink

/// What `mirrorctl apply` and `mirrorctl clear` do, without the cost of starting a program.
struct MirrorProgram {
  private let namespace: NetworkNamespace
  private let controller: MirrorController<LinuxKernel>

  init(in namespace: NetworkNamespace) throws {
    self.namespace = namespace
    let kernel = try namespace.enter { try LinuxKernel() }
    controller = MirrorController(kernel: kernel) { text in try? Self.profile(text) }
  }

  /// Carries out a profile.
  /// - Parameter pass: what to do between two requests.
  /// - Returns: why it is refused, if it is.
  /// - Throws: what else keeps it from being carried out.
  func apply(_ text: String, meanwhile pass: () throws -> Void = {}) throws -> String? {
    let profile = try Self.profile(text)
    var outcome = Result<Void, any Error>.success(())
    do {
      _ = try namespace.enter {
        try controller.apply(.apply([profile])) {
          outcome = outcome.flatMap { Result(catching: pass) }
          return false
        }
      }
      try outcome.get()
      return nil
    } catch ApplyError.refused(let findings) {
      return findings.map(\.description).joined(separator: "\n")
    }
  }

  /// Removes everything of ours.
  func clear() throws {
    _ = try namespace.enter { try controller.apply(.clear) }
  }

  private static func profile(_ text: String) throws -> Profile {
    let document = try YAMLParser.parse(Array(text.utf8), file: "oracle")
    return try ProfileDecoder.decode(document, file: "oracle", defaultName: "oracle").get()
  }
}

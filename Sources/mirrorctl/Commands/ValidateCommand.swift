import ArgumentParser

/// Checks profiles without root and without looking at the kernel.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check profiles; needs no root and changes nothing.")

  @OptionGroup var profiles: ProfileOptions

  func run() throws {
    _ = try profiles.load()
  }
}

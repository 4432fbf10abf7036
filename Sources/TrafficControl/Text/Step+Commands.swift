import NetworkTypes

extension Step {
  /// The commands of ip(8), bridge(8) and tc(8) that do the same; each is a whole shell line.
  public var commands: [String] { commands(.whole) }

  /// The commands on one line, for an error: without the text of programs and the files that tc(8) wants for some.
  public var request: String { commands(.length).joined(separator: "; ") }

  private func commands(_ programs: ProgramWords) -> [String] {
    switch self {
    case .add(let object): object.additionCommands(programs)
    case .change(let old, let new): new.changeCommands(from: old, programs)
    case .remove(let object): object.removalCommands
    }
  }

  /// One line: a sign and the object, with the whole of its program.
  public var summary: String { "\(sign) \(object.summary)" }

  /// The same for errors, logs and tables: of a program only its length.
  public var brief: String { "\(sign) \(object.brief)" }

  private var sign: String {
    switch self {
    case .add: "+"
    case .change: "~"
    case .remove: "-"
    }
  }
}

extension Plan {
  /// The plan as a shell script that stops at the first failure.
  public var script: String {
    guard !isEmpty else { return "#!/bin/sh\n# nothing to do\n" }
    return (["#!/bin/sh", "set -e"] + steps.flatMap(\.commands)).joined(separator: "\n") + "\n"
  }
}

extension KernelObject {
  /// The object in the words of the tools.
  public var summary: String { words(.whole) }

  /// The same, but of a program only its length.
  public var brief: String { words(.length) }

  private func words(_ programs: ProgramWords) -> String {
    switch self {
    case .device(let device): device.summary
    case .qdisc(let device): "qdisc dev \(device) clsact"
    case .action(let action): action.summary
    case .filter(let filter): "filter \(filter.words(programs))"
    case .bridgePort(let name, let flags): "port dev \(name) \(flags.words)"
    case .program(let program): program.words(programs)
    }
  }

  fileprivate func additionCommands(_ programs: ProgramWords) -> [String] {
    switch self {
    case .device(let device): device.additionCommands
    case .qdisc(let device):
      [
        "tc qdisc add dev \(ShellWord.quote(device)) clsact",
        "tc chain add dev \(ShellWord.quote(device)) ingress chain \(KernelState.chainMark)",
      ]
    case .action(let action): ["tc actions add \(action.words)"]
    case .filter(let filter): filter.commands(verb: "add", programs)
    case .bridgePort(let name, let flags): flags.commands(for: name)
    case .program(let program): ["# attach \(program.words(programs))"]
    }
  }

  fileprivate func changeCommands(from old: KernelObject, _ programs: ProgramWords) -> [String] {
    switch (old, self) {
    case (.device(let old), .device(let new)): new.changeCommands(from: old)
    case (_, .action(let action)): ["tc actions replace \(action.words)"]
    case (_, .filter(let filter)): filter.commands(verb: "replace", programs)
    default: additionCommands(programs)
    }
  }

  fileprivate var removalCommands: [String] {
    switch self {
    case .device(let device): ["ip link del dev \(ShellWord.quote(device.name))"]
    case .qdisc(let device): ["tc qdisc del dev \(ShellWord.quote(device)) clsact"]
    case .action(let action): ["tc actions del action \(action.key.kind.rawValue) index \(action.key.index)"]
    case .filter(let filter): ["tc filter del \(filter.placeToDelete)"]
    case .bridgePort: []
    case .program(let program): ["# detach \(program.words(.length))"]
    }
  }
}

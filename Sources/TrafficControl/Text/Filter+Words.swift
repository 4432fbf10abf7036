import NetworkTypes

/// How much of a program is said.
enum ProgramWords {
  /// Every instruction, as tc(8) wants it.
  case whole
  /// How many instructions there are: for errors, logs and tables, where a program can be thousands of characters long.
  case length
}

extension Filter {
  /// Everything after `tc filter add`.
  func words(_ programs: ProgramWords) -> String {
    let bound = actions.map { "action \($0.kind.rawValue) index \($0.index)" }
    return ([place, classifier.words(programs), offload.words].filter { !$0.isEmpty } + bound).joined(separator: " ")
  }

  /// The commands that add or replace the filter. A guarded one is no more than a comment: no script attaches what it waits for.
  ///
  /// tc(8) takes eBPF programs from files only, so the script makes one in a directory of its own and removes it again.
  func commands(verb: String, _ programs: ProgramWords) -> [String] {
    let command = "tc filter \(verb) \(words(programs))"
    if case .guarded = classifier { return ["# \(command)"] }
    guard case .edit(let edit) = classifier, programs == .whole else { return [command] }
    let file = Base64.text(of: edit.objectFile)
    return [
      "directory=$(mktemp -d); echo \(file) | base64 -d >\"$directory/\(edit.objectName)\"", command,
      "rm -r \"$directory\"",
    ]
  }

  /// What names the filter, as `tc filter del` needs it.
  ///
  /// A cls_u32 filter is alone with its preference and the kernel chooses its table, so the preference names it.
  var placeToDelete: String { classifier == .u32MatchAll ? "\(preferenceWords) u32" : place }

  private var place: String { "\(preferenceWords) handle \(handleWords) \(classifier.kind)" }

  private var preferenceWords: String {
    "dev \(ShellWord.quote(key.point.device)) \(key.point.hook.rawValue) protocol \(frameProtocol)"
      + " pref \(key.preference)"
  }

  private var handleWords: String {
    classifier == .u32MatchAll
      ? "::\(String(key.handle & 0xfff, radix: 16))" : "0x" + String(key.handle, radix: 16)
  }
}

extension Classifier {
  /// What follows the kind.
  fileprivate func words(_ programs: ProgramWords) -> String {
    switch self {
    case .matchall: ""
    case .u32MatchAll: "match u32 0 0"
    case .flower(let match): match.words
    case .bpf(let program): program.words(programs)
    case .guarded(let program, let condition):
      [program?.words(programs) ?? "bytecode (not known)", condition.words].joined(separator: " ")
    case .edit(let edit): edit.words
    }
  }
}

extension Guard {
  /// tc(8) has none.
  fileprivate var words: String {
    switch self {
    case .unmarked: "for frames without a tcx program's mark"
    case .marked: "for frames with a tcx program's mark"
    }
  }
}

extension FlowerMatch {
  var words: String {
    var words: [String] = []
    if let inputDevice { words.append("indev \(ShellWord.quote(inputDevice))") }
    switch destination {
    case .group?: words.append("dst_mac 01:00:00:00:00:00/01:00:00:00:00:00")
    case .broadcast?: words.append("dst_mac ff:ff:ff:ff:ff:ff")
    case nil: break
    }
    return words.joined(separator: " ")
  }
}

extension FrameEdit {
  fileprivate var words: String { "object-file \"$directory/\(objectName)\" section \(sectionName)" }
}

extension BPFProgram {
  func words(_ form: ProgramWords) -> String {
    let kind = (result == .verdict ? "da " : "") + "bytecode "
    switch form {
    case .whole:
      let code = instructions.map { "\($0.code) \($0.jumpTrue) \($0.jumpFalse) \($0.k)" }.joined(separator: ",")
      return kind + "'\(instructions.count),\(code)'"
    case .length: return kind + "(\(instructions.count) instruction\(instructions.count == 1 ? "" : "s"))"
    }
  }
}

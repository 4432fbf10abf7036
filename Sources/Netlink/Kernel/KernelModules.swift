import Glibc
import TrafficControl

/// Which modules the running kernel has, found without loading any.
///
/// The first tunnel of a kind makes the kernel load a module, and that makes devices such as `gre0` in every network namespace
/// (`net.core.fb_tunnels_only_for_init_net`). So whoever only wants to know looks here first.
struct KernelModules {
  enum Presence: Hashable, Sendable {
    /// It runs, or is a part of the kernel.
    case present
    /// The kernel loads it when it is asked for what the module does.
    case loadable
    /// Nothing is known of it: there is none, or what is installed cannot be seen from here.
    case unlisted
  }

  /// One folder for each module that runs (sysfs).
  private let loaded: String
  /// `modules.dep` and `modules.builtin` as depmod(8) and kbuild write them.
  private let installed: [UInt8]
  private let builtIn: [UInt8]

  /// - Parameters:
  ///   - root: in front of all paths.
  ///   - release: that of the kernel (uname(2)).
  init(root: String = "", release: String) {
    loaded = root + "/sys/module"
    let folder = "\(root)/lib/modules/\(release)"
    let ban = (try? InputFile.read("\(root)/proc/sys/kernel/modules_disabled", limit: 16)) ?? []
    installed = ban.first == UInt8(ascii: "1") ? [] : Self.read("\(folder)/modules.dep")
    builtIn = Self.read("\(folder)/modules.builtin")
  }

  private static func read(_ path: String) -> [UInt8] { (try? InputFile.read(path, limit: 16 << 20, .regular)) ?? [] }

  func presence(of name: String) -> Presence {
    if unsafe access("\(loaded)/\(name)", F_OK) == 0 || Self.lists(builtIn, name) { return .present }
    return Self.lists(installed, name) ? .loadable : .unlisted
  }

  /// Files of modules have a folder before and `.ko` after their names, and perhaps another ending for how they are packed.
  private static func lists(_ text: [UInt8], _ name: String) -> Bool {
    let word = Array("/\(name).ko".utf8)
    var rest = text[...]
    while let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
      rest = rest[slash...]
      if rest.starts(with: word) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}

extension KernelModules {
  /// Those of the running kernel.
  static var running: KernelModules {
    KernelModules(release: (try? SavedFeatures.release()) ?? "")
  }

  /// What is known of a feature without a trial that would load a module; `nil`: a trial loads none that is listed, and tells more.
  func answer(for feature: Feature) -> Bool? {
    let presences = feature.modules.map(presence)
    return presences.contains(.loadable) ? !presences.contains(.unlisted) : nil
  }
}

extension Feature {
  /// The modules that take part in a trial.
  fileprivate var modules: [String] {
    switch self {
    case .clsact: ["sch_ingress"]
    case .matchall, .flower, .u32, .bpf: ["sch_ingress", "cls_\(rawValue)"]
    case .ebpf: ["sch_ingress", "cls_bpf"]
    case .mirred, .gact, .vlan, .police: ["act_\(rawValue)"]
    case .gactProbability: ["act_gact"]
    case .ethernetHeader: ["act_vlan"]
    case .dummy, .veth, .vxlan, .geneve: [rawValue]
    case .gretap, .erspan: ["ip_gre"]
    case .ip6gretap, .ip6erspan: ["ip6_gre"]
    case .bridgeVLANFiltering: ["bridge"]
    case .tcx: []
    }
  }
}

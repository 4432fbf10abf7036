import Glibc
import TrafficControl

/// The programs that filters share: each is loaded once and goes to all filters that do the same.
///
/// The kernel takes a page of memory and the work of a compilation for each classic program. What is worse, one that frees over a
/// thousand of them at once can lock up for good (seen on Linux 6.18). A few filters have classic programs of their own, which every
/// kernel takes and tc(8) shows in full.
final class ProgramSharing {
  /// With how many filters that have programs sharing begins.
  static let threshold = 64
  /// Programs that are kept loaded; filters with others have a classic one each.
  private static let limit = 512

  private let load: (SharedProgram) throws(NetlinkFailure) -> LoadedProgram
  /// Filters with programs: those of the last look at everything, and what has come and gone by steps since.
  private var present = 0
  private var isWanted = false
  /// `nil`: a program that cannot be shared.
  private var programs: [BPFProgram: LoadedProgram?] = [:]
  /// Whether the kernel has refused a program: one without eBPF, or without the right to load it, will refuse the others as well.
  private var isRefused = false

  /// - Parameter load: puts a program into the kernel.
  init(
    _ load: @escaping (SharedProgram) throws(NetlinkFailure) -> LoadedProgram = { program throws(NetlinkFailure) in
      try LoadedProgram(program)
    }
  ) {
    self.load = load
  }

  /// Takes over what a look at everything has shown.
  func note(_ state: KernelState) {
    present = state.filters.values.count(where: \.mayShareProgram)
  }

  /// Says what is about to be done, as it decides whether to share.
  func expect(_ steps: [Step]) {
    var (coming, going) = (0, 0)
    for step in steps {
      switch step {
      case .add(.filter(let filter)) where filter.mayShareProgram: coming += 1
      case .remove(.filter(let filter)) where filter.mayShareProgram: going += 1
      default: break
      }
    }
    present += coming
    isWanted = present >= Self.threshold
    present = max(0, present - going)
  }

  /// The program to give to a filter; `nil`: it gets a classic one of its own.
  func program(for filter: Filter) -> LoadedProgram? {
    guard isWanted, let program = filter.sharableProgram else { return nil }
    if let known = programs[program] { return known }
    guard !isRefused, programs.count < Self.limit else { return nil }
    var loaded: LoadedProgram?
    if let shared = SharedProgram(program) {
      do throws(NetlinkFailure) { loaded = try load(shared) } catch {
        isRefused = error.errno == EPERM || error.errno == ENOSYS
      }
    }
    programs[program] = .some(loaded)
    return loaded
  }
}

extension Filter {
  /// Whether it has a program that can be shared, or is to have it when it has no guard any more.
  fileprivate var mayShareProgram: Bool {
    if case .guarded = classifier { offload == .auto } else { sharableProgram != nil }
  }

  /// Hardware is told of classic programs only.
  fileprivate var sharableProgram: BPFProgram? {
    if case .bpf(let program) = classifier, offload == .auto { program } else { nil }
  }
}

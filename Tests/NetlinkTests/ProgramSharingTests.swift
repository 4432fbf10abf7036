import Glibc
import Testing
import TrafficControl

@testable import Netlink

/// When filters share programs, on a kernel that takes none.
@Suite struct ProgramSharingTests {
  private final class Loader {
    var loads = 0
    let errno: Int32

    init(_ errno: Int32) { self.errno = errno }

    lazy var sharing = ProgramSharing { _ throws(NetlinkFailure) in
      self.loads += 1
      throw NetlinkFailure(errno: self.errno)
    }
  }

  private func filter(_ number: UInt32, _ offload: OffloadPolicy = .auto) -> Filter {
    let program = BPFProgram([.init(0x06, 0, 0, number)])
    var filter = Sample.filter(.bpf(program), [], handle: number)
    filter.offload = offload
    return filter
  }

  @Test("Without the right to load programs, one try is enough", arguments: [EPERM, ENOSYS])
  func notPermitted(_ errno: Int32) {
    let loader = Loader(errno)
    loader.sharing.expect((1...100).map { .add(.filter(filter($0))) })
    for number in 1...100 as ClosedRange<UInt32> { #expect(loader.sharing.program(for: filter(number)) == nil) }
    #expect(loader.loads == 1)
  }

  @Test("A program that the verifier does not take is tried once; others are still tried")
  func notVerified() {
    let loader = Loader(EACCES)
    loader.sharing.expect((1...100).map { .add(.filter(filter($0))) })
    for number in [1, 1, 2, 2, 1] as [UInt32] { #expect(loader.sharing.program(for: filter(number)) == nil) }
    #expect(loader.loads == 2)
  }

  @Test("Few filters, and those that are for hardware, have their own")
  func few() {
    let loader = Loader(EACCES)
    let threshold = UInt32(ProgramSharing.threshold)
    loader.sharing.expect((1..<threshold).map { .add(.filter(filter($0))) })
    #expect(loader.sharing.program(for: filter(1)) == nil)
    #expect(loader.loads == 0)
    loader.sharing.expect([.remove(.filter(filter(1))), .add(.filter(filter(0, .require)))])
    loader.sharing.expect([.add(.filter(filter(1)))])
    #expect(loader.sharing.program(for: filter(1)) == nil)
    #expect(loader.loads == 0)
    loader.sharing.expect([.add(.filter(filter(threshold)))])
    #expect(loader.sharing.program(for: filter(2, .off)) == nil)
    #expect(loader.loads == 0)
    #expect(loader.sharing.program(for: filter(1)) == nil)
    #expect(loader.loads == 1)
  }
}

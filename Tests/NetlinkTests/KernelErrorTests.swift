import Glibc
import Testing
import TrafficControl

@testable import Netlink

/// What a refusal says and what can be done about it.
@Suite struct KernelErrorTests {
  @Test(arguments: [
    (EPERM, nil, KernelError.Cause.notPermitted), (EACCES, nil, .notPermitted),
    (ENOENT, "TC classifier not found", .notSupported), (ENOENT, "Failed to load TC action module", .notSupported),
    (ENOENT, "Specified qdisc kind is unknown", .notSupported), (EOPNOTSUPP, nil, .notSupported),
    (EPERM, "Failed to delete TC action", .inTheWay), (EOPNOTSUPP, "This filter block is shared.", .inTheWay),
    (EPERM, "There already exists an externally controlled device on this destination port", .inTheWay),
    (ENODEV, nil, .notFound), (ENOENT, "Specified filter handle not found", .notFound), (EEXIST, nil, .inTheWay),
    (EBUSY, nil, .inTheWay), (ENOBUFS, nil, .passing), (EINTR, nil, .passing), (ERANGE, nil, .other),
    (EINVAL, "Parent Qdisc doesn't exists", .notFound), (EINVAL, "Invalid qdisc name", .other), (EINVAL, nil, .other),
    (EINVAL, "Specified filter kind does not match existing one", .inTheWay),
    (EINVAL, "Filter with specified priority/protocol not found", .inTheWay),
    (ENOENT, "Filter with specified priority/protocol not found", .notFound),
  ])
  func causes(_ errno: Int32, _ text: String?, _ cause: KernelError.Cause) {
    #expect(KernelError.Cause(errno: errno, text: text) == cause)
  }

  @Test func withoutWordsOfItsOwnTheKernelIsExplained() {
    let error = KernelError(NetlinkFailure(errno: ENODEV), step: .add(.action(Sample.mirror())))
    #expect(error.text == "the target interface out0 does not exist any more")
    #expect(error.cause == .notFound)
    #expect(error.request.hasPrefix("tc actions add action mirred egress mirror dev out0"))
    let plain = KernelError(NetlinkFailure(errno: ERANGE), request: "x")
    #expect(plain.text == "Numerical result out of range")
  }

  @Test(
    "Of a UDP port that is taken the number is told, which the kernel does not say",
    arguments: [
      (Tunnel.Header.vxlan(vni: 5, port: 4789, listening: 61693), "61693"), (.geneve(vni: 5, port: 6081), "6081"),
    ])
  func takenPort(_ header: Tunnel.Header, _ port: String) {
    let device = Device(name: "mct0", kind: .tunnel(Tunnel(header, remote: .v4([10, 0, 0, 1]))), alias: "")
    let error = KernelError(NetlinkFailure(errno: EADDRINUSE), step: .add(.device(device)))
    #expect(
      error.text == "another program has UDP port \(port), where the tunnel's device receives: use another 'port'")
  }

  @Test func theKernelsOwnWordsWin() {
    let failure = NetlinkFailure(errno: EINVAL, text: "Parent Qdisc doesn't exists", attributeOffset: 8)
    let error = KernelError(failure, step: .add(.filter(Sample.filter(.bpf(.drop), []))))
    #expect(error.text == "Parent Qdisc doesn't exists")
    #expect(error.attributeOffset == 8)
  }
}

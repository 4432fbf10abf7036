import MirrorCompiler
import MirrorController
import MirrorModel
import TestSupport
import Testing
import TrafficControl

@Suite("Mirrors in hardware")
struct HardwareTests {
  private func mirror(_ policy: String) -> String {
    "{name: span, bridge: br0, select_src_port: [tap1, tap2], offload: \(policy), output_port: eth1}"
  }

  @Test("What hardware runs is counted", arguments: [("auto", 1), ("off", 0)])
  func share(policy: String, count: Int) throws {
    let lab = Lab()
    lab.kernel.hardware = ["tap1"]
    _ = try lab.controller.apply(.apply([try Lab.profile(mirror(policy))]))
    let status = try #require(try lab.controller.status().mirrors.first)
    #expect(status.hardware.filters == 2)
    #expect(status.hardware.inHardware == count)
    #expect(status.report.state == .active)
  }

  @Test("A mirror that requires hardware has it, and is degraded once it loses it")
  func required() throws {
    let lab = Lab()
    lab.kernel.hardware = ["tap1", "tap2"]
    _ = try lab.controller.apply(.apply([try Lab.profile(mirror("require"))]))
    #expect(try lab.controller.status().mirrors.first?.report.state == .active)
    let lost = try #require(lab.kernel.host.filtersInHardware.min())
    lab.kernel.host.filtersInHardware.remove(lost)
    let report = try lab.controller.status().mirrors.first?.report
    #expect(report?.reasons == ["hardware runs 1 of 2 filters, and nothing else may run the rest"])
  }

  @Test(
    "S34: where one interface has no hardware for it all is undone, and told with interface, mirror and kernel's words")
  func refused() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(mirror("auto"))]))
    let before = lab.picture
    lab.kernel.hardware = ["tap1"]
    let error = refusal(of: try Lab.profile(mirror("require")), in: lab)
    #expect(error?.failure.cause == .notInHardware)
    #expect(error?.failure.text == "Operation not supported (for tap2 ingress)")
    #expect(error?.mirrors == ["span"])
    #expect(lab.picture == before)
  }

  @Test("Where no hardware takes the action, the hooks that it was for are told")
  func refusedAction() throws {
    let lab = Lab()
    let error = refusal(of: try Lab.profile(mirror("require")), in: lab)
    #expect(error?.failure.text == "Invalid argument (for tap1 ingress, tap2 ingress)")
    #expect(lab.kernel.host.own == KernelState())
  }

  @Test("A filter that the kernel takes without having hardware for it is found, and all is undone")
  func idle() throws {
    let lab = Lab { $0.features.subtract([.matchall, .bpf]) }
    lab.kernel.hardware = ["tap1"]
    let error = refusal(of: try Lab.profile(mirror("require")), in: lab)
    #expect(error?.failure.cause == .notInHardware)
    #expect(error?.failure.text.contains("the hardware of tap2 did not (for tap2 ingress)") == true)
    #expect(error?.mirrors == ["span"])
    #expect(lab.kernel.host.own == KernelState())
  }

  private func refusal(
    of profile: Profile, in lab: Lab
  ) -> (failure: KernelError, mirrors: [String])? {
    do throws(ApplyError) {
      _ = try lab.controller.apply(.apply([profile]))
      Issue.record("it was accepted")
    } catch {
      guard case .kernel(let failure, let mirrors) = error else {
        Issue.record("\(error)")
        return nil
      }
      return (failure, mirrors)
    }
    return nil
  }
}

import Testing
import TrafficControl

@testable import Netlink

/// What is known of modules without loading one.
struct KernelModulesTests {
  /// A root folder of a kernel of release `1.2`.
  private func modules(disabled: Int = 0, _ body: (KernelModules) -> Void) throws {
    try ScratchFolder.run { root in
      try shell(
        """
        cd \(root)
        mkdir -p sys/module/act_gact sys/module/sch_ingress lib/modules/1.2 proc/sys/kernel
        echo \(disabled) >proc/sys/kernel/modules_disabled
        echo kernel/drivers/net/veth.ko >lib/modules/1.2/modules.builtin
        cat >lib/modules/1.2/modules.dep <<'END'
        kernel/net/ipv4/ip_gre.ko.xz: kernel/net/ipv4/gre.ko.xz kernel/net/ipv4/ip_tunnel.ko.xz
        kernel/net/sched/cls_flower.ko:
        kernel/net/sched/my_cls_bpf.ko:
        END
        """)
      body(KernelModules(root: root, release: "1.2"))
    }
  }

  @Test func presence() throws {
    try modules { modules in
      #expect(modules.presence(of: "act_gact") == .present)
      #expect(modules.presence(of: "veth") == .present)
      #expect(modules.presence(of: "ip_gre") == .loadable)
      for name in ["gr", "cls_bpf", "ip_gre.ko.xz: kernel", "geneve"] {
        #expect(modules.presence(of: name) == .unlisted, "\(name)")
      }
    }
    try modules(disabled: 1) { #expect($0.presence(of: "ip_gre") == .unlisted) }
    #expect(KernelModules(root: "/nonexistent", release: "1.2").presence(of: "veth") == .unlisted)
  }

  @Test("What takes a module that is to be loaded is not tried; the rest is, and loads none")
  func answers() throws {
    try modules { modules in
      #expect(modules.answer(for: .gretap) == true)
      #expect(modules.answer(for: .erspan) == true)
      #expect(modules.answer(for: .flower) == true)
      for feature in [Feature.gact, .gactProbability, .veth, .clsact, .bpf, .geneve] {
        #expect(modules.answer(for: feature) == nil, "\(feature)")
      }
    }
    try modules(disabled: 1) { #expect($0.answer(for: .gretap) == nil) }
  }
}

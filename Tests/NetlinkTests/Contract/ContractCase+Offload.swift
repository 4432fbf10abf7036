import NetworkTypes
import Testing
import TrafficControl

extension ContractCase {
  /// Filters that hardware may not, or must, run.
  static let offloadCases = [
    ContractCase("skip_hw is read back", needs: [.matchall, .flower, .u32, .bpf, .mirred]) { kernel in
      for classifier in [Classifier.matchall, .flower(FlowerMatch(inputDevice: "sp1")), .u32MatchAll, .bpf(.matchAll)] {
        for policy in [OffloadPolicy.off, .auto, .off] {
          let after = try kernel.converge(to: state(classifier, policy))
          #expect(after.filtersInHardware.isEmpty)
        }
        try kernel.converge(to: KernelState())
      }
    },
    ContractCase("skip_hw without matchall and flower", needs: [.u32, .bpf, .mirred]) { kernel in
      for classifier in [Classifier.u32MatchAll, .bpf(.matchAll)] {
        for policy in [OffloadPolicy.off, .auto, .off] { try kernel.converge(to: state(classifier, policy)) }
        try kernel.converge(to: KernelState())
      }
    },
    ContractCase("skip_sw is refused where there is no hardware", needs: [.bpf, .mirred]) { kernel in
      try kernel.converge(to: Sample.state([Sample.mirror()]))
      var filter = Sample.filter(.bpf(.matchAll), [Sample.mirror()])
      filter.offload = .require
      let failure = kernel.perform([.add(.filter(filter))]) { false }.failure
      #expect(failure?.cause == .notInHardware)
      #expect(failure?.text.contains("sp0") ?? false)
      #expect(failure?.request.contains("dev sp0 ingress") ?? false)
      var action = Sample.mirror(2)
      action.offload = .require
      let second = kernel.perform([.add(.action(action))]) { false }.failure
      #expect(second?.cause == .notInHardware)
      #expect(second?.text == "no hardware here takes this action")
      try kernel.converge(to: KernelState())
    },
    ContractCase("a filter and its actions have one policy", needs: [.u32, .bpf, .mirred]) { kernel in
      for (classifier, policy) in [(Classifier.u32MatchAll, OffloadPolicy.auto), (.bpf(.matchAll), .off)] {
        var action = Sample.mirror()
        action.offload = policy
        try kernel.converge(to: Sample.state([action]))
        var filter = Sample.filter(classifier, [action])
        filter.offload = .off
        let failure = kernel.perform([.add(.filter(filter))]) { false }.failure
        #expect(failure?.text == "Mismatch between action and filter offload flags")
        try kernel.converge(to: KernelState())
      }
    },
  ]

  private static func state(_ classifier: Classifier, _ policy: OffloadPolicy) -> KernelState {
    var filter = Sample.filter(classifier, [Sample.mirror()])
    filter.offload = policy
    var action = Sample.mirror()
    action.offload = filter.offloadOfActions
    return Sample.state([action], [filter])
  }
}

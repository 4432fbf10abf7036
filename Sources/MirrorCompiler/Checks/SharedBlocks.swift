import TrafficControl

extension Interface {
  /// Why the kernel takes no filter for the interface at a hook: the hook's filters are those of a shared block, and a filter in
  /// the block would act on every interface that shares it. `nil`: it takes them.
  func sharedBlockReason(at hook: Hook) -> String? {
    sharedBlocks[hook].map {
      "\(name) has the \(hook.rawValue) filters of block \($0), which other interfaces may share, and takes none of its own: "
        + "replace its clsact by one without blocks (tc qdisc del dev \(name) clsact; tc qdisc add dev \(name) clsact; then "
        + "add its filters again)"
    }
  }
}

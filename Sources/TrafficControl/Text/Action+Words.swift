import NetworkTypes

extension Action {
  var summary: String {
    if case .page = cookie.content { return "record \(key.index)" }
    return "\(words)"
  }

  /// Everything after `tc actions add`.
  var words: String {
    "action \(operationWords) index \(key.index) cookie \(cookie.hex)"
      + (offload == .auto ? "" : " \(offload.words)")
  }

  /// After a redirect tc(8) takes no control: it sets ``Control/stolen``.
  private var operationWords: String {
    switch operation {
    case .gact: "gact \(control.words)"
    case .sample(let sampling): "gact \(control.words) random \(sampling.words)"
    case .mirred(let target):
      "mirred \(target.direction.rawValue) \(target.mode.rawValue) dev \(ShellWord.quote(target.device ?? "*"))"
        + (target.mode == .mirror ? " \(control.words)" : "")
    case .vlan(.pop): "vlan pop \(control.words)"
    case .vlan(.pushEthernet(let destination, let source)):
      "vlan push_eth dst_mac \(destination) src_mac \(source) \(control.words)"
    case .vlan(.push(let id, let tag)): "vlan push id \(id) protocol \(tag) \(control.words)"
    case .vlan(.modify(let id, let tag)): "vlan modify id \(id) protocol \(tag) \(control.words)"
    case .police(let police): "police \(police.words) conform-exceed \(control.words)/\(police.conform.words)"
    }
  }
}

extension Sampling {
  fileprivate var words: String {
    "\(choice == .counted ? "determ" : "netrand") \(control.words) \(oneIn)"
  }
}

extension Police {
  /// tc(8) calls a byte a second bps.
  fileprivate var words: String { "rate \(rate)bps burst \(burst) mtu \(mtu)" }
}

extension Control {
  var words: String {
    switch self {
    case .continue: "continue"
    case .drop: "drop"
    case .pipe: "pipe"
    case .stolen: "stolen"
    case .trap: "trap"
    }
  }
}

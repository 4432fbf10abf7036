import TrafficControl

extension Interface {
  /// Why it cannot be an output: it swallows what is mirrored to it, or gives it to somebody whom it is not for; `nil`: it can.
  var outputRefusal: String? {
    let use = "use an interface that only the analyser listens on, for instance a dummy or a veth pair"
    switch kind {
    case "ifb":
      return
        "output \(name) is an ifb device, which drops what is mirrored to it and gives the rest back to this host: \(use)"
    case "vrf":
      return "output \(name) is a VRF, which routes what is mirrored to it as packets of this host: \(use)"
    case "macvtap", "ipvtap":
      return
        "output \(name) is of kind \(kind ?? ""): what is mirrored to it leaves by its lower device, and its guest never "
        + "gets it: give the guest a tap device or one end of a veth pair instead"
    default: break
    }
    // ARPHRD_LOOPBACK
    if hardwareType == 772 { return "output \(name) gives what is mirrored to it back to this host: \(use)" }
    switch linkHeader {
    case .ethernet: return nil
    case LinkHeader.none?:
      return "output \(name) carries packets without an Ethernet header, and copies are frames: use output_tunnel"
    case nil: return "output \(name) carries no Ethernet frames (ARPHRD \(hardwareType)): \(use)"
    }
  }
}

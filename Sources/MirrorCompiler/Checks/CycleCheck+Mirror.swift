import MirrorModel
import NetworkTypes
import TrafficControl

extension CycleCheck {
  /// The outer VLAN tag of a copy.
  struct Tag: Hashable {
    var vlan: UInt16
    var type: EtherType
  }

  /// A mirror as far as cycles are concerned.
  struct Mirror {
    var owner: Owner
    /// Hooks where it copies, with the VLANs it copies there.
    var sources: [HookPoint: VLANSet]
    /// The tags that show these VLANs.
    var protocols = TagProtocols.any
    /// Where copies leave.
    var outputs: [HookPoint]
    /// The tag of the VLAN that copies are in; frames in it are not copied again.
    var tag: Tag?
    /// The tunnel that copies are in; its packets are not copied again.
    var tunnel: String?
    /// What copies in a tunnel are marked with; nothing with the mark is copied again.
    var mark: PacketMark?
    var policy: CyclePolicy

    /// Whether it copies what comes there. A frame with a tag that is none to its bridge may be of any VLAN.
    func copies(_ place: Place) -> Bool {
      guard let vlans = sources[place.point] else { return false }
      if let mark = place.mark, mark == self.mark { return false }
      if let tunnel = place.tunnel, tunnel == self.tunnel { return false }
      guard let other = place.tag else { return true }
      if let tag, tag.vlan == other.vlan, RemoteVLANGuard.protocols(of: tag.type).contains(other.type) { return false }
      return !protocols.contains(other.type) || vlans.contains(other.vlan)
    }

    func tag(onCopiesOf place: Place) -> Tag? {
      guard tunnel == nil else { return nil }
      return tag ?? place.tag.flatMap { protocols.contains($0.type) ? $0 : nil }
    }
  }
}

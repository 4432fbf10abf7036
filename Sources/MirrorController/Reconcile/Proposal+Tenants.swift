import MirrorCompiler
import TrafficControl

extension MirrorController.Proposal {
  /// Whose slot is which, those who are to go included.
  var tenants: [Owner: UInt16] {
    observation.tenants.merging(compilation.slots) { _, new in new }
  }

  /// Who is concerned by steps, without the slots that are not to be touched anyway.
  func tenants(behind steps: [Step], besides held: Set<UInt16>) -> Set<Owner> {
    let slots = Set(steps.flatMap { compilation.slots(behind: $0) }).subtracting(held)
    return Set(tenants.filter { slots.contains($0.value) }.keys)
  }
}

extension Observation {
  /// Whose slot is which, as far as the kernel remembers.
  fileprivate var tenants: [Owner: UInt16] {
    let owners = MirrorCompiler.owners(in: profiles)
    let known = Dictionary(owners.map { ($0.fingerprint, $0) }) { first, _ in first }
    let slots = Self.heads(in: snapshot.own).compactMap { slot, fingerprint in known[fingerprint].map { ($0, slot) } }
    return Dictionary(slots) { min($0, $1) }
  }
}

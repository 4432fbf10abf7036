import NetworkTypes

/// Decodes an element of `mirrors`.
enum MirrorDecoder {
  static func decode(_ field: Field) -> PortMirror? {
    guard let table = FieldTable<MirrorKey>(field, expected: "a mapping that describes a mirror") else { return nil }
    let name = table.required(.name, expected: ObjectName.rule)?.objectName()
    let bridge = table[.bridge]?.interfaceName()
    let selection = SelectionDecoder.decode(table)
    let view = view(table)
    let output = OutputDecoder.decode(table)
    let limits = (
      snaplen: table[.snaplen]?.integer(in: 14...65535), sample: table[.sample]?.sample(),
      rate: table[.rate]?.rateLimit()
    )
    let isEnabled = table[.enabled]?.flag() ?? true
    let isNormalized = table[.normalize]?.flag() ?? false
    let offload = table[.offload]?.keyword(Offload.self) ?? .auto
    let hook = table[.hook]?.keyword(HookKind.self) ?? .auto
    let order = order(table, hook)
    let isForced = table[.force]?.flag() ?? false
    guard let name, let output else { return nil }

    var mirror = PortMirror(name: name, output: output)
    mirror.administrativeState = isEnabled ? .enabled : .disabled
    mirror.bridge = bridge
    mirror.selection = selection
    mirror.view = view
    (mirror.snaplen, mirror.sample, mirror.rate) = limits
    mirror.normalization = isNormalized ? .wireFrames : .asIs
    mirror.offload = offload
    mirror.hook = hook
    mirror.order = order
    mirror.cyclePolicy = isForced ? .allow : .refuse
    return mirror
  }

  private static func order(_ table: FieldTable<MirrorKey>, _ hook: HookKind) -> FilterOrder {
    guard let field = table[.order], let order = field.keyword(FilterOrder.self) else { return .first }
    if order == .last, hook == .tcx { field.report("'last' is for filters, and tcx programs come before all of them") }
    return order
  }

  private static func view(_ table: FieldTable<MirrorKey>) -> View {
    guard let field = table[.view], let view = field.keyword(View.self) else { return .wire }
    if view == .switch, table[.bridge] == nil { field.report("'switch' needs 'bridge', whose view it is") }
    return view
  }
}

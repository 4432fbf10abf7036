/// The names and indexes of a network namespace's interfaces at one moment.
struct InterfaceTable {
  private var indexes: [String: UInt32] = [:]
  private var names: [UInt32: String] = [:]

  init(_ interfaces: [(name: String, index: UInt32)] = []) {
    indexes.reserveCapacity(interfaces.count)
    names.reserveCapacity(interfaces.count)
    for (name, index) in interfaces { insert(name, index) }
  }

  mutating func insert(_ name: String, _ index: UInt32) {
    if let former = names[index] { indexes[former] = nil }
    indexes[name] = index
    names[index] = name
  }

  mutating func remove(_ name: String) {
    if let index = indexes.removeValue(forKey: name) { names[index] = nil }
  }

  mutating func remove(_ index: UInt32) {
    if let name = names.removeValue(forKey: index) { indexes[name] = nil }
  }

  /// - Throws: `ENODEV` naming the interface.
  func index(_ name: String) throws(NetlinkFailure) -> UInt32 {
    guard let index = indexes[name] else { throw .missingInterface(name) }
    return index
  }

  func name(_ index: UInt32) -> String? { names[index] }
}

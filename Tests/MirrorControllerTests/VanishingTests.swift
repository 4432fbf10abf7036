import MirrorController
import MirrorModel
import TestSupport
import Testing
import TrafficControl

/// Interfaces come and go while a change is made: guests are stopped, containers end.
@Suite("S34: an interface goes in the middle of a change")
struct VanishingTests {
  /// Every third request for each interface, all of them for all together.
  private static func moments(of count: Int) -> [(request: Int, interface: String)] {
    ["tap1", "tap2", "tap3", "eth0", "eth1"].enumerated().flatMap { number, interface in
      stride(from: number % 3, to: count, by: 3).map { ($0, interface) }
    }
  }

  private func lab(_ mirrors: [String]) throws -> Lab {
    let lab = Lab()
    if !mirrors.isEmpty { _ = try lab.controller.apply(.apply([try Lab.profile(mirrors: mirrors)])) }
    return lab
  }

  private func count(_ transition: (name: String, before: [String], after: [String])) throws -> Int {
    try lab(transition.before).controller.propose(.apply([try Lab.profile(mirrors: transition.after)])).plan.steps.count
  }

  @Test("The change comes about without it", arguments: TransactionTests.transitions.indices)
  func goesOn(number: Int) throws {
    let transition = TransactionTests.transitions[number]
    let wanted = try Lab.profile(mirrors: transition.after)
    for (request, interface) in Self.moments(of: try count(transition)) {
      let lab = try lab(transition.before)
      lab.kernel.failingRequests = []
      lab.kernel.fault = { number, _ in
        if number == request { lab.kernel.removeInterface(interface) }
        return nil
      }
      do { _ = try lab.controller.apply(.apply([wanted])) } catch {
        Issue.record("\(interface) before request \(request): \(error)")
      }
      lab.kernel.fault = { _, _ in nil }
      _ = try lab.controller.apply(.none)
      let clean = Lab { $0.interfaces[interface] = nil }
      _ = try clean.controller.apply(.apply([wanted]))
      #expect(
        lab.picture.essence.difference(from: clean.picture.essence) == [], "\(interface) before request \(request)")
    }
  }

  @Test("Where the change fails, all that can be undone is", arguments: TransactionTests.transitions.indices)
  func undone(number: Int) throws {
    let transition = TransactionTests.transitions[number]
    for (request, interface) in Self.moments(of: try count(transition)) {
      let lab = try lab(transition.before)
      lab.kernel.failingRequests = []
      lab.kernel.fault = { number, _ in
        guard number == request else { return nil }
        lab.kernel.removeInterface(interface)
        return .notSupported
      }
      do {
        _ = try lab.controller.apply(.apply([try Lab.profile(mirrors: transition.after)]))
        Issue.record("\(interface) before request \(request): nothing failed")
      } catch let error as ApplyError {
        guard case .kernel(let failure, _) = error, failure.cause == .notSupported else {
          Issue.record("\(interface) before request \(request): \(error)")
          continue
        }
      }
      let clean = try self.lab(transition.before)
      clean.kernel.removeInterface(interface)
      let difference = lab.picture.withoutDeadEnds.difference(from: clean.picture.withoutDeadEnds)
      #expect(difference == [], "\(interface) before request \(request)")
    }
  }
}

extension Lab.Picture {
  /// What copies frames. Hooks whose output goes wait for it to come back, and what has counted may stay: either may not have been
  /// there yet.
  fileprivate var essence: Self {
    var picture = withoutDeadEnds
    let ports = Set(qdiscs.keys).subtracting(own.devices.values.flatMap(\.interfaces))
    picture.own.filters = picture.own.filters.filter { key, filter in
      !ports.contains(key.point.device) || filter.actions.contains { $0.kind == .mirred }
    }
    let bound = Set(picture.own.filters.values.flatMap(\.actions))
    picture.own.actions = picture.own.actions.filter { key, action in
      if case .object = action.cookie.content { bound.contains(key) } else { true }
    }
    let places = Set(picture.own.filters.keys.map(\.point.device))
    picture.own.qdiscs = picture.own.qdiscs.intersection(places)
    picture.qdiscs = picture.qdiscs.filter { places.contains($0.key) }
    return picture
  }

  /// What led to an interface that is gone may have been taken away, and cannot be put back, nor be of use.
  fileprivate var withoutDeadEnds: Self {
    let ends = Set(own.actions.values.filter { $0.operation == .mirred(Mirred(.redirect, to: nil)) }.map(\.key))
    let living = Set(own.filters.values.filter { ends.isDisjoint(with: $0.actions) }.map(\.key.point.device))
    let stages = Set(own.devices.values.filter { $0.kind == .dummy }.map(\.name)).subtracting(living)
    let dead = stages.map { Mirred(.mirror, to: $0) } + [Mirred(.mirror, to: nil)]
    var picture = self
    picture.own.devices = own.devices.filter { !stages.contains($0.key) }
    picture.own.programs = own.programs.filter { stages.isDisjoint(with: $0.value.devices) }
    picture.own.qdiscs.subtract(stages)
    picture.qdiscs = qdiscs.filter { !stages.contains($0.key) }
    picture.own.actions = own.actions.filter { key, action in
      if case .mirred(let target) = action.operation { !dead.contains(target) && !ends.contains(key) } else { true }
    }
    picture.own.filters = own.filters.filter { $0.value.actions.allSatisfy { picture.own.actions[$0] != nil } }
    return picture
  }
}

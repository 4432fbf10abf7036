import MirrorCompiler
import MirrorController
import MirrorModel
import TestSupport
import Testing
import TrafficControl

@Suite("Damaged records")
struct DamageTests {
  /// Which of a mirror's actions is lost or spoilt.
  static let damages: [@Sendable (FakeKernel, UInt16) -> Void] = [
    { kernel, slot in kernel.host.own.actions[ActionKey(.gact, ActionIndex.page(slot: slot, number: 0))] = nil },
    { kernel, slot in kernel.host.own.actions[ActionKey(.gact, ActionIndex.page(slot: slot, number: 3))] = nil },
    { kernel, slot in
      kernel.host.own.actions = kernel.host.own.actions.filter {
        ActionIndex.range(of: $0.key.index) != .record || ActionIndex.slot(of: $0.key.index) != slot
      }
    },
    { kernel, slot in
      let key = ActionKey(.gact, ActionIndex.page(slot: slot, number: 2))
      kernel.host.own.actions[key]?.cookie = Cookie(.page(Array("}}}}".utf8)))
    },
  ]

  private func isDamaged(_ body: () throws -> Void) -> [UInt16]? {
    do {
      try body()
      return nil
    } catch let error as ApplyError {
      if case .damagedRecords(let slots) = error { return slots }
      return nil
    } catch { return nil }
  }

  @Test("S38: a record that cannot be read stops every change that would forget it", arguments: damages.indices)
  func refused(number: Int) throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.remote), try Lab.profile(Lab.span, name: "other")]))
    let slot = try #require(try lab.controller.status().mirrors.first { $0.report.name == "span" }?.report.slot)
    Self.damages[number](lab.kernel, slot)
    let before = lab.picture
    #expect(isDamaged { _ = try lab.controller.status() } == [slot])
    #expect(isDamaged { _ = try lab.controller.apply(.none) } == [slot])
    #expect(isDamaged { _ = try lab.controller.apply(.delete(["remote"])) } == [slot])
    #expect(isDamaged { _ = try lab.controller.apply(.apply([try Lab.profile(Lab.tunnel)])) } == [slot])
    #expect(lab.picture == before)
  }

  @Test("S38: also if it is the only one", arguments: damages.indices)
  func alone(number: Int) throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    Self.damages[number](lab.kernel, 0)
    #expect(isDamaged { _ = try lab.controller.status() } == [0])
    #expect(isDamaged { _ = try lab.controller.apply(.none) } == [0])
  }

  @Test("Applying the profile again mends it; clear removes it", arguments: damages.indices)
  func mended(number: Int) throws {
    let profile = try Lab.profile(Lab.span)
    let lab = Lab()
    _ = try lab.controller.apply(.apply([profile]))
    let before = lab.picture
    Self.damages[number](lab.kernel, 0)
    _ = try lab.controller.apply(.apply([profile]))
    // The good record is written beside the spoilt one.
    #expect(lab.picture.difference(from: before) == [])
    Self.damages[number](lab.kernel, 0)
    _ = try lab.controller.apply(.clear)
    #expect(lab.picture == Lab().picture)
  }
}

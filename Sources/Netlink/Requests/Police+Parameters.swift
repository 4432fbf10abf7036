import CMnl
import TrafficControl

extension Police {
  /// Puts what follows `TCA_POLICE_TBF`: the table of times that the kernel demands, rates of more than 32 bits and the verdict
  /// on what conforms.
  func put(_ parameters: tc_police, in options: inout MessageBuilder) {
    options.put(TCA_POLICE_RATE, bytes: rateTable(cellLog: parameters.rate.cell_log))
    if rate > UInt64(UInt32.max) { options.put(TCA_POLICE_RATE64, rate) }
    options.put(TCA_POLICE_RESULT, conform.rawValue)
  }

  /// How many ticks frames of 1, 2, 3 … 256 cells take; tables of other qdiscs with the same content are shared.
  private func rateTable(cellLog: UInt8) -> [UInt8] {
    (1...256).flatMap { (cells: UInt64) in
      let microseconds = (cells << UInt64(cellLog)) * 1_000_000 / rate
      let ticks = UInt32(clamping: Tick.count(microseconds: microseconds))
      return unsafe withUnsafeBytes(of: ticks) { unsafe Array($0) }
    }
  }
}

extension tc_police {
  init(_ police: Police, index: UInt32, exceed: Int32) {
    self.init()
    self.index = index
    action = exceed
    burst = UInt32(clamping: Tick.count(microseconds: UInt64(police.burstMicroseconds)))
    mtu = police.mtu
    rate.rate = UInt32(clamping: police.rate)
    rate.cell_log = (UInt8(0)...).first { police.mtu >> UInt32($0) <= 255 } ?? 0
    rate.linklayer = UInt8(TC_LINKLAYER_ETHERNET.rawValue)
    rate.cell_align = -1
  }
}

extension Police {
  /// Reads `TCA_POLICE_*`; `nil` for what is never asked for, such as a peak rate.
  init?(_ parameters: tc_police, _ options: Attributes) {
    let wideRate = options.value(TCA_POLICE_RATE64, UInt64.self)
    guard let result = options.value(TCA_POLICE_RESULT, Int32.self), let conform = Control(rawValue: result),
      parameters.peakrate.rate == 0, parameters.rate.rate != 0,
      [TCA_POLICE_AVRATE, TCA_POLICE_PEAKRATE64, TCA_POLICE_PKTRATE64].allSatisfy({ options[$0] == nil })
    else { return nil }
    self.init(
      rate: wideRate ?? UInt64(parameters.rate.rate), burstMicroseconds: Tick.microseconds(parameters.burst),
      mtu: parameters.mtu, conform: conform)
  }
}

/// The unit of time of qdiscs and police: 64 ns, on all kernels (`PSCHED_SHIFT` of net/pkt_sched.h, /proc/net/psched).
enum Tick {
  static func count(microseconds: UInt64) -> UInt64 { microseconds * 125 / 8 }

  /// Rounded so that it turns back what ``count(microseconds:)`` makes.
  static func microseconds(_ ticks: UInt32) -> UInt32 { UInt32((UInt64(ticks) + 1) * 8 / 125) }
}

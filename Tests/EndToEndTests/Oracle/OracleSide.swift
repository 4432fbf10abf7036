import SwitchOracle

/// One of the two switches.
protocol OracleSide {
  var stations: Stations { get }

  /// Waits until everything that was sent into the switch has come out of it.
  func settle() throws
}

extension OracleSide {
  /// Sends a scenario's frames into the switch, which is configured, and gives what comes out.
  func exchange(_ code: WireCode) throws -> Outcome {
    for (port, frame) in code.learningFrames() { try stations.send(frame, into: port) }
    try settle()
    _ = stations.take()
    for (number, frame) in code.scenario.frames.enumerated() {
      try stations.send(code.frame(number), into: frame.ingress)
    }
    try settle()
    return code.outcome(of: stations.take())
  }
}

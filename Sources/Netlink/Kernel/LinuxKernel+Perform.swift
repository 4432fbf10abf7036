import CMnl
import Glibc
import TrafficControl

extension LinuxKernel {
  public func perform(_ steps: [Step], names: InterfaceNames, isInterrupted: () -> Bool) -> Execution {
    var execution = Execution(isShown: steps.allSatisfy(\.canBeShown))
    var handles = HandleLookup(kernel: self)
    sharing.expect(steps)
    guards = GuardLoading()
    defer { guards = GuardLoading() }
    do throws(KernelError) {
      if !steps.isEmpty, names == .ofNow { try refreshInterfaces() }
      for section in PlanSection.split(steps) where execution.failure == nil {
        switch section {
        case .qdiscRemoval(let steps):
          try check(isInterrupted, before: steps.first)
          try removeQdisc(steps, &handles, &execution)
        case .others(let steps): try perform(steps, &handles, &execution, isInterrupted)
        }
      }
    } catch {
      execution.failure = error
    }
    return execution
  }

  /// Performs steps in order, each in requests of its own or together with some of its kind.
  func perform(
    _ steps: ArraySlice<Step>, _ handles: inout HandleLookup, _ execution: inout Execution, _ isInterrupted: () -> Bool
  ) throws(KernelError) {
    var rest = steps
    while let first = rest.first, execution.failure == nil {
      try check(isInterrupted, before: first)
      switch first.way {
      case .singly:
        rest.removeFirst()
        try perform(first)
        execution.done.append(first)
      case .qdiscAddition:
        let run = rest.prefix { $0.way == .qdiscAddition }.prefix(NetlinkSocket.batchLimit / 2)
        rest = rest.dropFirst(run.count)
        addQdiscs(run, &execution)
      case .message: sendBatch(&rest, &handles, &execution)
      }
    }
  }

  private func check(_ isInterrupted: () -> Bool, before step: Step?) throws(KernelError) {
    guard let step, isInterrupted() else { return }
    throw KernelError(cause: .interrupted, request: step.request, text: "interrupted before this request")
  }

  /// Learns the names and indexes of now: an index that was known may have gone to another interface.
  func refreshInterfaces() throws(KernelError) {
    let links = try socket.list(LinkRequest.dump(), "ip link show", LinkRecord.init)
    table = InterfaceTable(links.map { ($0.name, $0.index) })
  }

  /// Sends the longest beginning of the steps that can go out as one datagram.
  private func sendBatch(
    _ rest: inout ArraySlice<Step>, _ handles: inout HandleLookup, _ execution: inout Execution
  ) {
    var batch = RequestBatch(socket)
    var obstacle: KernelError?
    while let step = rest.first, step.way == .message, !batch.isFull {
      do throws(NetlinkFailure) {
        // What is under way may decide the answer.
        if !batch.isEmpty, handles.mustAsk(for: step) || !batch.goes(with: step) { break }
        let steps = step.company(in: rest)
        guard var message = try message(for: steps, &handles) else {
          if !batch.isEmpty { break }
          execution.done += steps
          rest = rest.dropFirst(steps.count)
          continue
        }
        if execution.isShown, step.putsSomething { message.add(flags: NLM_F_ECHO) }
        guard batch.add(message, for: steps) else { break }
        rest = rest.dropFirst(steps.count)
      } catch {
        obstacle = KernelError(error, step: step)
        break
      }
    }
    let result = transactPatiently(batch.messages)
    for (steps, outcome) in zip(batch.steps, result.outcomes) {
      note(outcome, of: steps, result.failure, &execution)
      guard execution.isShown, case .done(let replies) = outcome else { continue }
      execution.isShown = Step.areShown(steps, by: replies, table)
    }
    if execution.failure == nil { execution.failure = obstacle }
  }

  /// Sends a batch, and again what was refused because filters that are gone still hold their actions.
  ///
  /// The kernel lets go of a deleted filter's actions only after an RCU grace period (tcf_queue_work, net/sched/cls_api.c).
  private func transactPatiently(
    _ messages: [MessageBuilder]
  ) -> (outcomes: [NetlinkSocket.Outcome], failure: NetlinkFailure?) {
    var result = socket.transact(messages)
    var pause: UInt32 = 2_000
    var waited: UInt32 = 0
    while waited < Self.graceMicroseconds, result.failure == nil {
      let waiting = result.outcomes.indices.filter { result.outcomes[$0].failure?.isBoundAction ?? false }
      if waiting.isEmpty { break }
      usleep(pause)
      waited += pause
      pause = min(2 * pause, 250_000)
      let again = socket.transact(waiting.map { messages[$0] })
      for (position, outcome) in zip(waiting, again.outcomes) { result.outcomes[position] = outcome }
      result.failure = again.failure
    }
    return result
  }

  /// How long to wait for such a grace period, in microseconds: milliseconds on an idle machine, a second and more on one that is overloaded.
  private static let graceMicroseconds: UInt32 = 5_000_000

  /// Adds qdiscs and their marks by one datagram, of which the kernel handles all or nothing of what a killed program sends.
  ///
  /// A mark that has got onto another tool's qdisc, which came there since the look, is taken off again.
  private func addQdiscs(_ steps: ArraySlice<Step>, _ execution: inout Execution) {
    var batch: [(step: Step, index: UInt32)] = []
    var obstacle: KernelError?
    for step in steps {
      guard case .add(.qdisc(let device)) = step else { continue }
      do throws(NetlinkFailure) { batch.append((step, try table.index(device))) } catch {
        obstacle = KernelError(error, step: step)
        break
      }
    }
    let indexes = batch.map(\.index)
    let result = socket.transact(indexes.map(QdiscRequest.add) + indexes.map(QdiscRequest.addMark))
    let outcomes = zip(result.outcomes.prefix(batch.count), result.outcomes.dropFirst(batch.count))
    for ((step, index), (addition, marking)) in zip(batch, outcomes) {
      switch (addition, marking) {
      case (.done, .done): note(marking, of: [step], nil, &execution)
      case (.done, _):
        if let device = step.device { takeBack(qdiscOf: device, index) }
        note(marking, of: [step], result.failure, &execution)
      case (_, .done):
        _ = socket.transact([QdiscRequest.removeMark(interface: index)])
        note(addition, of: [step], result.failure, &execution)
      default: note(addition, of: [step], result.failure, &execution)
      }
    }
    execution.failure = execution.failure ?? obstacle
  }

  /// Notes steps that took effect, or the first refusal.
  func note(
    _ outcome: NetlinkSocket.Outcome, of steps: ArraySlice<Step>, _ failure: NetlinkFailure?,
    _ execution: inout Execution
  ) {
    guard let step = steps.first else { return }
    switch outcome {
    case .done: execution.done += steps
    case .refused(let failure): execution.failure = execution.failure ?? KernelError(failure, step: step)
    case .unknown:
      let failure = failure ?? NetlinkFailure(errno: EBADMSG)
      execution.failure = execution.failure ?? KernelError(failure, step: step)
    }
  }
}

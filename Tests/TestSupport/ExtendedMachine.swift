import TrafficControl

/// Runs eBPF programs that cut frames, as far as they go with `bpf_skb_change_tail` (net/core/filter.c).
public enum ExtendedMachine {
  /// - Parameters:
  ///   - length: bytes of the frame, without the tag in metadata.
  ///   - shortest: the least length that the kernel cuts at.
  /// - Returns: the length that the frame has afterwards; `nil` where the program does what it must not.
  public static func run(_ program: [ExtendedInstruction], length: Int, hasTag: Bool, shortest: Int) -> Int? {
    var registers = [Int](repeating: 0, count: 11)
    var length = length
    var position = 0
    while program.indices.contains(position) {
      let instruction = program[position]
      let (left, right) = (Int(instruction.destination.rawValue), Int(instruction.source.rawValue))
      let immediate = Int(instruction.immediate)
      position += 1
      switch instruction.code {
      case 0xbf: registers[left] = registers[right]
      case 0xb7: registers[left] = immediate
      case 0x61 where instruction.offset == 0: registers[left] = length
      case 0x61 where instruction.offset == 20: registers[left] = hasTag ? 1 : 0
      case 0x15: if registers[left] == immediate { position += Int(instruction.offset) }
      case 0xbd: if registers[left] <= registers[right] { position += Int(instruction.offset) }
      case 0x85 where immediate == 38:
        guard registers[2] <= length, registers[3] == 0 else { return nil }
        let isDone = registers[2] >= shortest
        if isDone { length = registers[2] }
        registers[0] = isDone ? 0 : -22
      case 0x95: return registers[0] == 0 ? length : nil
      default: return nil
      }
    }
    return nil
  }
}

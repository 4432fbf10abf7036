import CMnl

/// The memory that the C library has from the system.
public enum Heap {
  /// Gives back what is free of it, wherever that lies; by itself the library gives back only what is free at the end (malloc_trim(3)).
  public static func trim() {
    _ = malloc_trim(0)
  }
}

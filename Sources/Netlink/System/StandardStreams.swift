import Glibc

/// The descriptors 0, 1 and 2 of the process.
public enum StandardStreams {
  /// Gives those that are closed something that can be neither read nor written: else the next file or socket gets the number, and
  /// what is meant for standard output goes there.
  public static func occupy() {
    for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}

import Glibc

/// Programs that are run and waited for.
enum ChildProcess {
  /// Runs a program with this process's output and errors, and gives its exit code; 127 where it does not start.
  static func run(_ command: [String]) -> Int32 {
    spawn(command, actions: nil).map(exitCode) ?? 127
  }

  /// What a program prints, where it ends with exit code 0; its errors are not shown.
  static func output(of command: [String]) -> String? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    let (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, writing, STDOUT_FILENO)
    let child = spawn(command, actions: &actions)
    close(writing)
    let bytes = readAll(reading)
    close(reading)
    guard let child, exitCode(child) == 0 else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func spawn(
    _ command: [String], actions: UnsafeMutablePointer<posix_spawn_file_actions_t>?
  ) -> pid_t? {
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child = pid_t()
    return posix_spawnp(&child, command[0], actions, nil, &arguments, environ) == 0 ? child : nil
  }

  private static func exitCode(_ child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { return 127 }
    }
    // The low 7 bits are the signal that ended it, if one did.
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  private static func readAll(_ descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }
}

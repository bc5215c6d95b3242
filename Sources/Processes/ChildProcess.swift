import Glibc

/// Programs that are run and waited for.
package enum ChildProcess {
  /// How a program that was to print something ended.
  package enum Outcome: Hashable, Sendable {
    case printed([UInt8])
    /// No such program is on PATH, or it does not start.
    case missing
    case failed(exitCode: Int32)
    /// It took longer than it may, and was ended.
    case late
  }

  /// Runs a program with this process's output and errors, and gives its exit code; 127 where it does not start.
  package static func run(_ command: [String]) -> Int32 {
    spawn(command, actions: nil).map(exitCode) ?? 127
  }

  /// What a program prints, where it ends with exit code 0; its errors are not shown.
  package static func output(of command: [String]) -> String? {
    guard case .printed(let bytes) = outcome(of: command) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Runs a program and gives what it prints; its errors are not shown.
  ///
  /// - Parameters:
  ///   - input: what it reads.
  ///   - seconds: how long it may take; for ever where `nil`.
  package static func outcome(of command: [String], input: [UInt8] = [], seconds: Int? = nil) -> Outcome {
    // A file without a name: a pipe would block once it is full.
    guard let file = input.isEmpty ? fopen("/dev/null", "r") : tmpfile() else { return .missing }
    defer { fclose(file) }
    guard fwrite(input, 1, input.count, file) == input.count, fflush(file) == 0 else { return .missing }
    rewind(file)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return .missing }
    let (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, fileno(file), STDIN_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, writing, STDOUT_FILENO)
    let child = spawn(command, actions: &actions)
    close(writing)
    guard let child else {
      close(reading)
      return .missing
    }
    let bytes = readAll(reading, until: seconds.map { ContinuousClock.now + .seconds($0) })
    close(reading)
    if bytes == nil { kill(child, SIGKILL) }
    let code = exitCode(child)
    guard let bytes else { return .late }
    return code == 0 ? .printed(bytes) : .failed(exitCode: code)
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

  /// All that can be read, or `nil` where the end does not come in time.
  private static func readAll(_ descriptor: Int32, until end: ContinuousClock.Instant?) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end {
        let left = ContinuousClock.now.duration(to: end).components
        guard left.seconds >= 0, left.attoseconds >= 0 else { return nil }
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = poll(&state, 1, Int32(left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000) + 1)
        if ready < 0, errno != EINTR { return nil }
        guard ready > 0 else { continue }
      }
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }
}

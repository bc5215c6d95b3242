import Glibc
import JSON
import Synchronization

/// Writes messages to the client, whole and one after the other, from whatever thread.
final class MessageWriter: Sendable {
  private let descriptor: Int32
  private let lock = Mutex(())
  private let trace: Trace?

  init(descriptor: Int32, trace: Trace?) {
    self.descriptor = descriptor
    self.trace = trace
  }

  func write(_ message: JSONValue) {
    let body = message.serialized()
    let frame = Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
    lock.withLock { _ in
      trace?.record(message, from: "server")
      writeAll(frame, to: descriptor)
    }
  }
}

/// A record of the traffic: a JSON object a line, with who sent the message.
final class Trace: Sendable {
  private let descriptor: Int32
  private let lock = Mutex(())

  /// Creates the file or empties it; `nil` where that is not possible.
  init?(path: String) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  func record(_ message: JSONValue, from sender: String) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let seconds = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    let entry: JSONValue = ["from": .string(sender), "t": .number(seconds), "msg": message]
    lock.withLock { _ in writeAll(entry.serialized() + [UInt8(ascii: "\n")], to: descriptor) }
  }
}

/// Writes all bytes, or stops where the descriptor takes no more.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
  bytes.withUnsafeBytes { buffer in
    var rest = buffer[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

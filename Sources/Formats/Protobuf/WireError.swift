/// Why bytes are not the message that they should be, and where.
package struct WireError: Error, Hashable, Sendable {
  package enum Problem: Hashable, Sendable {
    case truncated
    case varintTooLong
    case invalidTag(UInt64)
    case group
    case lengthBeyondMessage(UInt64, available: Int)
    case tooDeep
    /// Sound as a message, but not what the format around it allows.
    case refused(String)
  }

  /// The byte of the file at which the trouble starts.
  package var offset: Int
  package var problem: Problem

  package init(offset: Int, _ problem: Problem) {
    self.offset = offset
    self.problem = problem
  }
}

extension WireError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .truncated: "the message ends inside a field"
    case .varintTooLong: "a number takes more than 64 bits"
    case .invalidTag(let tag): "\(tag) is no field tag"
    case .group: "there is a group, a field kind that ONNX does not use"
    case .lengthBeyondMessage(let length, let available):
      "a field claims \(length) bytes where its message has \(available) left"
    case .tooDeep: "messages nest deeper than \(WireReader.maximumDepth) levels"
    case .refused(let reason): reason
    }
  }
}

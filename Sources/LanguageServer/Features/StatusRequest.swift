import Glibc
import Heap
import JSON

/// `mica/status`, which is not the protocol's: what a report of a fault should say of the server.
enum StatusRequest {
  /// `version`, `peakMemory` and `memory`, what is allocated now, in bytes, the open `documents` with their sizes, the `methods` that are answered, and how long
  /// those that were asked for took.
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    let documents = context.documents.values.sorted { $0.uri.text < $1.uri.text }.map { document in
      [
        "uri": .string(document.uri.text), "version": .integer(Int64(document.version)),
        "bytes": .integer(Int64(document.text.count)),
      ] as JSONValue
    }
    return [
      "version": .string(context.memory.version),
      // Linux counts in units of 1,024 bytes.
      "memory": .integer(Int64(Heap.allocated)),
      "peakMemory": .integer(Int64(usage.ru_maxrss) * 1024),
      "documents": .array(documents),
      "methods": .array(RequestHandlers.all.keys.sorted().map { .string($0) }),
      "requests": context.memory.timings.json,
    ]
  }
}

import Execution
import Glibc
import Heap
import JSON

/// `mica/status`, which is not the protocol's: what a report of a fault should say of the server.
enum StatusRequest {
  /// As docs/features.md lists it.
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let resident = Heap.resident
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
      "protocol": .string(ServerCapabilities.protocolVersion),
      "onnxruntime": Runtime.current.map { .string($0.version) } ?? .null,
      "allocatedMemory": .integer(Int64(Heap.allocated)),
      "residentMemory": resident.map { .integer(Int64($0)) } ?? .null,
      // Linux counts in units of 1,024 bytes.
      "peakMemory": .integer(Int64(usage.ru_maxrss) * 1024),
      "documents": .array(documents),
      "methods": .array(RequestHandlers.all.keys.sorted().map { .string($0) }),
      "requests": context.memory.timings.json,
    ]
  }
}

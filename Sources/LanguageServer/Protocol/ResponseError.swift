import JSON

/// Why a request has no result.
struct ResponseError: Error {
  enum Code: Int {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParams = -32602
    case internalError = -32603
    case serverNotInitialized = -32002
    case requestFailed = -32803
    case contentModified = -32801
    case requestCancelled = -32800
  }

  var code: Code
  var message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// For a request that the client no longer wants answered.
  static let cancelled = ResponseError(.requestCancelled, "the request was cancelled")

  var json: JSONValue { ["code": .integer(Int64(code.rawValue)), "message": .string(message)] }
}

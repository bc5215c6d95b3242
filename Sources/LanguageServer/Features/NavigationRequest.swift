import Authoring
import JSON
import Syntax

/// `textDocument/declaration`, `textDocument/typeDefinition` and `textDocument/implementation`.
enum NavigationRequest {
  @Sendable static func declaration(_ context: RequestContext) async throws -> JSONValue {
    try answer(context) { $0.declaration(at: $1) }
  }

  @Sendable static func typeDefinition(_ context: RequestContext) async throws -> JSONValue {
    try answer(context) { $0.typeDefinition(at: $1) }
  }

  @Sendable static func implementation(_ context: RequestContext) async throws -> JSONValue {
    try answer(context) { $0.implementation(at: $1) }
  }

  private static func answer(_ context: RequestContext, _ find: (LiveView, Int) -> Place?) throws -> JSONValue {
    let document = try context.openDocument()
    guard let place = find(document.live, try context.offset(in: document)) else { return .null }
    return document.location(of: place) ?? .null
  }
}

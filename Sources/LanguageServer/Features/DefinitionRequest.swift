import Authoring
import JSON
import Syntax

/// `textDocument/definition`.
enum DefinitionRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard let place = document.live.definition(at: try context.offset(in: document)) else { return .null }
    return document.location(of: place) ?? .null
  }
}

/// `textDocument/references`.
enum ReferencesRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let includesDeclaration = context.parameters["context"]?["includeDeclaration"]?.boolValue ?? false
    let places = document.view.references(
      at: try context.offset(in: document), includesDeclaration: includesDeclaration)
    return .array(places.compactMap { document.location(of: $0) })
  }
}

import Authoring
import JSON
import Syntax
import Workspace

/// `textDocument/definition`.
enum DefinitionRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    guard let place = document.live.definition(at: try context.offset(in: document)) else { return .null }
    return document.location(of: place) ?? .null
  }
}

/// `textDocument/references`: in all texts of the workspace for what other files can name.
enum ReferencesRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let offset = try context.offset(in: document)
    let includesDeclaration = context.parameters["context"]?["includeDeclaration"]?.boolValue ?? false
    guard let shared = document.view.sharedName(at: offset), !shared.isLibrary else {
      let places = document.view.references(at: offset, includesDeclaration: includesDeclaration)
      return .array(places.compactMap { document.location(of: $0) })
    }
    let declaring = context.text(at: ImportedFiles.known(shared.path))
    var places: [JSONValue] = []
    if let declaring {
      let own = declaring.view.declaredPlace(of: shared)
      let names = declaring.view.occurrences(of: shared, declaredAt: declaring.path).map(\.place)
      places += names.filter { includesDeclaration || $0 != own }.compactMap { declaring.location(of: $0) }
    }
    if declaring == nil, includesDeclaration, let place = document.view.definition(at: offset) {
      // A file outside of the folders is known to those alone that import it.
      places += document.location(of: place).map { [$0] } ?? []
    }
    for importer in try context.importers(of: shared.path) {
      let names = importer.text.view.occurrences(of: shared, declaredAt: importer.text.importedPath)
      places += names.compactMap { importer.document.location(of: $0.place) }
    }
    return .array(places)
  }
}

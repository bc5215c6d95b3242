import Authoring
import JSON
import Syntax

/// What a request is about: its parameters, and the document as it was when the request came.
struct RequestContext: Sendable {
  let client: Client
  let parameters: JSONValue
  /// The document that `textDocument` names, where it is open.
  let document: Document?
  /// All open documents.
  let documents: [String: Document]
  /// What the server remembers between requests.
  let memory: ServerMemory

  /// The open document, or the error that it is not.
  func openDocument() throws(ResponseError) -> Document {
    guard let document else { throw ResponseError(.invalidParams, "the document is not open") }
    return document
  }

  /// The byte offset that `position` names.
  func offset(in document: Document) throws(ResponseError) -> Int {
    document.positions.offset(of: try Position(parameters["position"]))
  }

  /// The byte range that `range` names.
  func range(in document: Document) throws(ResponseError) -> Range<Int> {
    document.positions.offsets(of: try TextRange(parameters["range"]))
  }
}

/// Answers a request.
typealias RequestHandler = @Sendable (RequestContext) async throws -> JSONValue

/// The requests that the server answers, each in a file of its own below `Features`.
enum RequestHandlers {
  static let all: [String: RequestHandler] = [
    "callHierarchy/incomingCalls": CallHierarchyRequest.incoming,
    "callHierarchy/outgoingCalls": CallHierarchyRequest.outgoing,
    "codeAction/resolve": RefactoringActions.resolve,
    "mica/status": StatusRequest.answer,
    "textDocument/codeAction": CodeActionRequest.answer,
    "textDocument/codeLens": CodeLensRequest.answer,
    "textDocument/completion": CompletionRequest.answer,
    "textDocument/definition": DefinitionRequest.answer,
    "textDocument/documentHighlight": DocumentHighlightRequest.answer,
    "textDocument/documentLink": DocumentLinkRequest.answer,
    "textDocument/documentSymbol": DocumentSymbolRequest.answer,
    "textDocument/foldingRange": FoldingRangeRequest.answer,
    "textDocument/formatting": FormattingRequest.answer,
    "textDocument/hover": HoverRequest.answer,
    "textDocument/inlayHint": InlayHintRequest.answer,
    "textDocument/prepareCallHierarchy": CallHierarchyRequest.prepare,
    "textDocument/prepareRename": RenameRequest.prepare,
    "textDocument/rangeFormatting": FormattingRequest.answerRange,
    "textDocument/references": ReferencesRequest.answer,
    "textDocument/rename": RenameRequest.answer,
    "textDocument/selectionRange": SelectionRangeRequest.answer,
    "textDocument/semanticTokens/full": SemanticTokensRequest.answer,
    "textDocument/semanticTokens/full/delta": SemanticTokensRequest.answerDelta,
    "textDocument/semanticTokens/range": SemanticTokensRequest.answerRange,
    "textDocument/signatureHelp": SignatureHelpRequest.answer,
    "workspace/executeCommand": ExecuteCommandRequest.answer,
    "workspace/symbol": WorkspaceSymbolRequest.answer,
  ]
}

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
  /// Which versions they have by now.
  let current: CurrentVersions
  let folders: WorkspaceFolders
  let settings: Settings
  /// What the server remembers between requests.
  let memory: ServerMemory

  /// The open document, or the error that it is not, or that the parameters name none.
  func openDocument() throws(ResponseError) -> Document {
    if let document { return document }
    guard parameters.objectValue != nil else {
      throw ResponseError(.invalidParams, "the request needs parameters, an object with `textDocument`")
    }
    guard let uri = parameters["textDocument"]?["uri"]?.stringValue else {
      throw ResponseError(.invalidParams, "the parameters need `textDocument` with `uri`, a string")
    }
    throw ResponseError(.invalidParams, "the document is not open: \(uri)")
  }

  /// What is to be resolved: an object, with whatever it was given by.
  func resolvable() throws(ResponseError) -> JSONObject {
    guard let item = parameters.objectValue else {
      throw ResponseError(.invalidParams, "what is to be resolved is an object, as the server listed it")
    }
    return item
  }

  /// The document that the `data` of something to be resolved names by `uri` and `version`.
  ///
  /// - Throws: where it is closed, or its text has changed since.
  func document(of data: JSONValue?) throws(ResponseError) -> Document {
    guard let uri = data?["uri"]?.stringValue, let document = documents[DocumentURI(uri).key] else {
      throw ResponseError(.invalidParams, "the document is not open")
    }
    guard document.version == data?["version"]?.intValue else {
      throw ResponseError(.contentModified, "the text has changed since this was offered")
    }
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
    "codeLens/resolve": CodeLensRequest.resolve,
    "completionItem/resolve": CompletionRequest.resolve,
    "inlayHint/resolve": InlayHintRequest.resolve,
    "mica/status": StatusRequest.answer,
    "mica/view": ViewRequest.answer,
    "textDocument/codeAction": CodeActionRequest.answer,
    "textDocument/codeLens": CodeLensRequest.answer,
    "textDocument/completion": CompletionRequest.answer,
    "textDocument/declaration": NavigationRequest.declaration,
    "textDocument/definition": DefinitionRequest.answer,
    "textDocument/diagnostic": PullDiagnosticsRequest.answer,
    "textDocument/documentHighlight": DocumentHighlightRequest.answer,
    "textDocument/documentLink": DocumentLinkRequest.answer,
    "textDocument/documentSymbol": DocumentSymbolRequest.answer,
    "textDocument/foldingRange": FoldingRangeRequest.answer,
    "textDocument/formatting": FormattingRequest.answer,
    "textDocument/hover": HoverRequest.answer,
    "textDocument/implementation": NavigationRequest.implementation,
    "textDocument/inlayHint": InlayHintRequest.answer,
    "textDocument/onTypeFormatting": OnTypeFormattingRequest.answer,
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
    "textDocument/typeDefinition": NavigationRequest.typeDefinition,
    "workspace/diagnostic": PullDiagnosticsRequest.answerWorkspace,
    "workspace/executeCommand": ExecuteCommandRequest.answer,
    "workspace/symbol": WorkspaceSymbolRequest.answer,
    "workspace/willRenameFiles": WillRenameFilesRequest.answer,
  ]
}

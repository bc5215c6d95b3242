import JSON

/// What the server tells a client that it can do.
enum ServerCapabilities {
  static func initializeResult(
    for client: ClientCapabilities, _ options: LanguageServer.Options
  ) -> JSONValue {
    var capabilities: JSONObject = [
      "positionEncoding": .string(client.encoding.rawValue),
      "textDocumentSync": ["openClose": true, "change": 2, "save": false],
      "hoverProvider": true,
      "completionProvider": ["triggerCharacters": [".", "(", ":", "$", "\"", "/"], "resolveProvider": false],
      "signatureHelpProvider": ["triggerCharacters": ["(", ","], "retriggerCharacters": ["="]],
      "definitionProvider": true,
      "referencesProvider": true,
      "documentHighlightProvider": true,
      "documentSymbolProvider": true,
      "workspaceSymbolProvider": true,
      "callHierarchyProvider": true,
      "selectionRangeProvider": true,
      "renameProvider": client.preparesRenaming ? ["prepareProvider": true] : true,
      "documentLinkProvider": ["resolveProvider": false],
      "foldingRangeProvider": true,
      "documentFormattingProvider": true,
      "documentRangeFormattingProvider": true,
      "codeLensProvider": ["resolveProvider": false],
      "inlayHintProvider": ["resolveProvider": false],
      "semanticTokensProvider": ["legend": SemanticTokensRequest.legend, "full": ["delta": true], "range": true],
      "executeCommandProvider": ["commands": .array(ExecuteCommandRequest.commands.map { .string($0) })],
    ]
    capabilities["codeActionProvider"] =
      client.takesCodeActionLiterals
      ? [
        "codeActionKinds": .array(CodeActionRequest.kinds.map { .string($0) }),
        "resolveProvider": .bool(client.resolvesCodeActionEdits),
      ] : true
    return [
      "capabilities": .object(capabilities),
      "serverInfo": ["name": "mica", "version": .string(options.version)],
    ]
  }
}

import JSON

/// What the server tells a client that it can do.
enum ServerCapabilities {
  /// The version of the protocol whose features are announced.
  static let protocolVersion = "3.17"

  static func initializeResult(
    for client: ClientCapabilities, _ options: LanguageServer.Options
  ) -> JSONValue {
    var capabilities: JSONObject = [
      "positionEncoding": .string(client.encoding.rawValue),
      "textDocumentSync": ["openClose": true, "change": 2, "save": false],
      "hoverProvider": true,
      "completionProvider": [
        "triggerCharacters": [".", "(", ":", "$", "\"", "/", "=", "@", "["], "resolveProvider": true,
      ],
      "signatureHelpProvider": ["triggerCharacters": ["(", ","], "retriggerCharacters": ["="]],
      "declarationProvider": true,
      "definitionProvider": true,
      "typeDefinitionProvider": true,
      "implementationProvider": true,
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
      "documentOnTypeFormattingProvider": [
        "firstTriggerCharacter": .string(OnTypeFormattingRequest.triggers[0]),
        "moreTriggerCharacter": .array(OnTypeFormattingRequest.triggers.dropFirst().map { .string($0) }),
      ],
      "codeLensProvider": ["resolveProvider": true],
      "inlayHintProvider": ["resolveProvider": true],
      "semanticTokensProvider": ["legend": SemanticTokensRequest.legend, "full": ["delta": true], "range": true],
      "executeCommandProvider": ["commands": .array(ExecuteCommandRequest.commands.map { .string($0) })],
    ]
    var workspace: JSONObject = ["workspaceFolders": ["supported": true, "changeNotifications": true]]
    if client.renamesFiles {
      workspace["fileOperations"] = ["willRename": ["filters": WillRenameFilesRequest.filters]]
    }
    capabilities["workspace"] = .object(workspace)
    if client.pullsDiagnostics {
      capabilities["diagnosticProvider"] = [
        "identifier": "mica", "interFileDependencies": true, "workspaceDiagnostics": true,
      ]
    }
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

import JSON

/// What the client can do, as far as the server behaves otherwise for it.
///
/// Read leniently: some clients send `null` where the protocol has an object.
struct ClientCapabilities: Sendable {
  var encoding = PositionEncoding.utf16
  var takesMarkdownInHover = false
  var takesMarkdownInCompletion = false
  var takesCodeActionLiterals = false
  /// Whether the edit of a code action may come when the user has chosen it.
  var resolvesCodeActionEdits = false
  /// Whether actions that are not possible now are shown, with the reason.
  var takesDisabledCodeActions = false
  var takesHierarchicalSymbols = false
  /// Whether the client asks what would be renamed before it asks for a name.
  var preparesRenaming = false
  var takesRelatedInformation = false
  var takesCodeDescriptions = false
  var takesDocumentChanges = false
  /// Whether edits may be listed for the user to confirm.
  var takesChangeAnnotations = false
  var takesWorkDoneProgress = false
  var takesApplyEdit = false
  var takesLabelOffsets = false
  /// Whether a signature may have no active parameter.
  var takesNoActiveParameter = false
  var showsDocuments = false
  /// Whether the server may ask to be told of files that change.
  var watchesFiles = false
  /// Whether the client asks for diagnostics, and can be told to ask again.
  var pullsDiagnostics = false
  /// Whether the client can be asked for settings.
  var tellsConfiguration = false
  var registersConfiguration = false
  var renamesFiles = false
  var resolvesCompletionDocumentation = false
  /// Whether completions may have places to fill in.
  var takesSnippets = false
  /// Whether the user may choose between what a completion replaces: the whole word, or what of it is typed.
  var takesInsertAndReplace = false
  /// What a list of completions may say once for all items.
  var completionDefaults: Set<String> = []
  var resolvesHintLocations = false
  var resolvesCodeLensCommands = false
  var refreshesInlayHints = false
  var refreshesCodeLenses = false
  var refreshesSemanticTokens = false

  init() {}

  init(_ json: JSONValue?) {
    let text = json?["textDocument"]
    let workspace = json?["workspace"]
    let encodings = json?["general"]?["positionEncodings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    encoding = encodings.lazy.compactMap(PositionEncoding.init(rawValue:)).first ?? .utf16
    // No conversion is the cheapest one.
    if encodings.contains(PositionEncoding.utf8.rawValue) { encoding = .utf8 }
    func isMarkdown(_ formats: JSONValue?) -> Bool { formats?.arrayValue?.contains("markdown") ?? false }
    func flag(_ value: JSONValue?) -> Bool { value?.boolValue ?? false }
    takesMarkdownInHover = isMarkdown(text?["hover"]?["contentFormat"])
    takesMarkdownInCompletion = isMarkdown(text?["completion"]?["completionItem"]?["documentationFormat"])
    takesCodeActionLiterals = text?["codeAction"]?["codeActionLiteralSupport"]?.objectValue != nil
    let resolved = text?["codeAction"]?["resolveSupport"]?["properties"]?.arrayValue
    resolvesCodeActionEdits =
      flag(text?["codeAction"]?["dataSupport"]) && resolved?.contains("edit") ?? false
    takesDisabledCodeActions = flag(text?["codeAction"]?["disabledSupport"])
    takesHierarchicalSymbols = flag(text?["documentSymbol"]?["hierarchicalDocumentSymbolSupport"])
    preparesRenaming = flag(text?["rename"]?["prepareSupport"])
    takesRelatedInformation = flag(text?["publishDiagnostics"]?["relatedInformation"])
    takesCodeDescriptions = flag(text?["publishDiagnostics"]?["codeDescriptionSupport"])
    takesDocumentChanges = flag(workspace?["workspaceEdit"]?["documentChanges"])
    takesChangeAnnotations = workspace?["workspaceEdit"]?["changeAnnotationSupport"]?.objectValue != nil
    takesWorkDoneProgress = flag(json?["window"]?["workDoneProgress"])
    takesApplyEdit = flag(workspace?["applyEdit"])
    showsDocuments = flag(json?["window"]?["showDocument"]?["support"])
    takesLabelOffsets = flag(
      text?["signatureHelp"]?["signatureInformation"]?["parameterInformation"]?["labelOffsetSupport"])
    takesNoActiveParameter = flag(text?["signatureHelp"]?["signatureInformation"]?["noActiveParameterSupport"])
    watchesFiles = flag(workspace?["didChangeWatchedFiles"]?["dynamicRegistration"])
    pullsDiagnostics = text?["diagnostic"]?.objectValue != nil && flag(workspace?["diagnostics"]?["refreshSupport"])
    tellsConfiguration = flag(workspace?["configuration"])
    registersConfiguration = flag(workspace?["didChangeConfiguration"]?["dynamicRegistration"])
    renamesFiles = flag(workspace?["fileOperations"]?["willRename"])
    func resolves(_ support: JSONValue?, _ property: JSONValue) -> Bool {
      support?["resolveSupport"]?["properties"]?.arrayValue?.contains(property) ?? false
    }
    resolvesCompletionDocumentation = resolves(text?["completion"]?["completionItem"], "documentation")
    takesSnippets = flag(text?["completion"]?["completionItem"]?["snippetSupport"])
    takesInsertAndReplace = flag(text?["completion"]?["completionItem"]?["insertReplaceSupport"])
    completionDefaults = Set(
      (text?["completion"]?["completionList"]?["itemDefaults"]?.arrayValue ?? []).compactMap(\.stringValue))
    resolvesHintLocations = resolves(text?["inlayHint"], "label.location")
    resolvesCodeLensCommands = resolves(text?["codeLens"], "command")
    refreshesInlayHints = flag(workspace?["inlayHint"]?["refreshSupport"])
    refreshesCodeLenses = flag(workspace?["codeLens"]?["refreshSupport"])
    refreshesSemanticTokens = flag(workspace?["semanticTokens"]?["refreshSupport"])
  }
}

import Authoring
import Execution
import JSON

// What the user sets in the editor, and the folders that are open there.

extension LanguageServer {
  /// What the server asks of the client once both are ready.
  func begin() {
    guard !hasBegun else { return }
    hasBegun = true
    WatchedFiles.register(with: client)
    if client.capabilities.registersConfiguration {
      let registration: JSONValue = [
        "id": "mica-settings", "method": "workspace/didChangeConfiguration", "registerOptions": ["section": "mica"],
      ]
      let client = client
      Task.detached { _ = await client.request("client/registerCapability", ["registrations": [registration]]) }
    }
    askForSettings()
  }

  /// The settings have changed: the client says which, or is asked.
  func changeConfiguration(_ parameters: JSONValue) {
    if client.capabilities.tellsConfiguration {
      askForSettings()
    } else if let settings = parameters["settings"]?["mica"] {
      take(Settings(settings))
    }
  }

  private func askForSettings() {
    guard client.capabilities.tellsConfiguration else { return }
    let items: JSONValue = [["section": "mica"]]
    settingsRequest = client.ask("workspace/configuration", ["items": items])
  }

  /// Takes an answer of the client; `false` where it is none to a question for settings.
  func takeSettings(from message: JSONValue, to id: JSONValue) -> Bool {
    guard id == settingsRequest else { return false }
    settingsRequest = nil
    if let settings = message["result"]?.arrayValue?.first { take(Settings(settings)) }
    return true
  }

  private func take(_ new: Settings) {
    let old = settings
    settings = new
    if new.onnxRuntime != old.onnxRuntime { RuntimeSearch.choose(new.onnxRuntime) }
    if new.lint != old.lint { for document in documents.all.values { _ = renew(document) } }
    if new != old { WatchedFiles.refreshViews(of: client) }
  }

  /// As `workspace/didChangeWorkspaceFolders` tells.
  func changeFolders(_ parameters: JSONValue) { folders.change(parameters["event"]) }
}

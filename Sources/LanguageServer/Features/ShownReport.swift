import JSON

/// What became of a model, as a text that the client opens where it can; others have the line that `window/showMessage` says.
///
/// The text is in the user's cache, since nobody wants it beside the model.
struct ShownReport {
  /// A name for the file, without `.md`.
  let name: String
  let title: String
  let text: String

  func show(_ client: Client) async {
    guard client.capabilities.showsDocuments, let uri = UserCache.write(markdown, to: "reports/\(name).md") else {
      return
    }
    _ = await client.request("window/showDocument", ["uri": .string(uri.text), "takeFocus": false])
  }

  private var markdown: [UInt8] { Array("# \(title)\n\n```text\n\(text)\n```\n".utf8) }
}

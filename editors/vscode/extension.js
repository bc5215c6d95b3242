// Starts `mica lsp` for files of the language, and asks it for the text of ONNX files; everything else is the server's.

const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

// Shows an ONNX file as text: the one that a menu was opened on, that of the active tab, or one that the user chooses.
async function openModelAsText(resource) {
  const tab = window.tabGroups.activeTabGroup.activeTab;
  let uri = resource || (tab && tab.input && tab.input.uri);
  if (!uri || !uri.path.endsWith(".onnx")) {
    const chosen = await window.showOpenDialog({ filters: { "ONNX models": ["onnx"] } });
    uri = chosen && chosen[0];
  }
  if (!uri) return;
  const call = { command: "mica.openModel", arguments: [{ uri: uri.toString() }] };
  // The server shows the text, or says why it cannot.
  await client.sendRequest("workspace/executeCommand", call).catch(() => undefined);
}

exports.activate = function (context) {
  const settings = workspace.getConfiguration("mica");
  const trace = settings.get("trace");
  const args = ["lsp"].concat(trace ? ["--trace", trace] : []);
  client = new LanguageClient(
    "mica",
    "Mica",
    { command: settings.get("path"), args },
    { documentSelector: [{ language: "mica" }] },
  );
  context.subscriptions.push(commands.registerCommand("mica.openModelAsText", openModelAsText));
  return client.start();
};

exports.deactivate = function () {
  return client && client.stop();
};

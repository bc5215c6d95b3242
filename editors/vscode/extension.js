// Starts `mica lsp` for files of the language; everything else is the server's.

const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = function () {
  const settings = workspace.getConfiguration("mica");
  const trace = settings.get("trace");
  const args = ["lsp"].concat(trace ? ["--trace", trace] : []);
  client = new LanguageClient(
    "mica",
    "Mica",
    { command: settings.get("path"), args },
    { documentSelector: [{ language: "mica" }] },
  );
  return client.start();
};

exports.deactivate = function () {
  return client && client.stop();
};

// Starts `mica lsp` for files of the language, asks it for the text of ONNX files, shows the size of the model at the
// cursor in the status bar, and its graph beside it; everything else is the server's.

const { StatusBarAlignment, Uri, ViewColumn, commands, window, workspace } = require("vscode");
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

// The size of the model at a line: the last lens that tells parameters at or above it, or else the first one.
function sizeAt(lenses, line) {
  const sizes = lenses.filter((lens) => lens.command && lens.command.title.includes("parameters"));
  const above = sizes.filter((lens) => lens.range.start.line <= line);
  const lens = above.length ? above[above.length - 1] : sizes[0];
  return lens && lens.command.title;
}

// Keeps the status bar's size that of the model at the cursor of the editor in front.
function showSizes(context) {
  const item = window.createStatusBarItem(StatusBarAlignment.Right, 90);
  item.name = item.tooltip = "Mica: the size of the model at the cursor";
  let timer;
  async function update() {
    const editor = window.activeTextEditor;
    if (!editor || editor.document.languageId !== "mica") return item.hide();
    const textDocument = { uri: editor.document.uri.toString() };
    const lenses = await client.sendRequest("textDocument/codeLens", { textDocument }).catch(() => undefined);
    if (editor !== window.activeTextEditor) return;
    item.text = sizeAt(lenses || [], editor.selection.active.line) || "";
    item.text ? item.show() : item.hide();
  }
  // Not at every key: the server has better things to do while the user types.
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(update, 300);
  }
  context.subscriptions.push(
    item,
    window.onDidChangeActiveTextEditor(soon),
    window.onDidChangeTextEditorSelection(soon),
    workspace.onDidChangeTextDocument(soon),
    { dispose: () => clearTimeout(timer) },
  );
  return update();
}

// Shows the graph of the model at the cursor in a panel beside the text; the panel follows cursor and text.
async function showGraph(context) {
  const { document } = window.activeTextEditor || {};
  if (!document || document.languageId !== "mica") return;
  const textDocument = { uri: document.uri.toString() };
  const options = { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true };
  const panel = window.createWebviewPanel("mica.graph", "Mica: graph", ViewColumn.Beside, options);
  let shown = {};
  let timer;
  let last = 0;

  const position = (editor) => ({ line: editor.selection.active.line, character: editor.selection.active.character });

  // Without a format the server tells the cursor's place alone; a page is drawn anew where the text has changed.
  async function update(editor) {
    const turn = (last += 1);
    const asked = { textDocument, position: position(editor) };
    let answer = await client.sendRequest("mica/view", asked);
    const isOther = answer.version !== shown.version || answer.model !== shown.model;
    if (isOther) answer = await client.sendRequest("mica/view", { ...asked, format: "html" });
    if (turn !== last) return;
    if (isOther) {
      shown = answer;
      panel.title = `Mica: ${answer.model}`;
      panel.webview.html = answer.content;
    }
    if (answer.node) panel.webview.postMessage({ reveal: answer.node.id });
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const editor = window.activeTextEditor;
      if (!editor || editor.document.uri.toString() !== textDocument.uri) return;
      // While a text is being typed its model may be gone for a moment: the last picture stays.
      update(editor).catch(() => undefined);
    }, 300);
  }

  const listeners = [
    window.onDidChangeTextEditorSelection(soon),
    workspace.onDidChangeTextDocument(soon),
    panel.webview.onDidReceiveMessage(async ({ path, line }) => {
      if (typeof path !== "string" || !Number.isInteger(line) || path.startsWith("std/")) return;
      const selection = { start: { line: line - 1, character: 0 }, end: { line: line - 1, character: 0 } };
      await window.showTextDocument(Uri.file(path), { viewColumn: ViewColumn.One, selection }).then(undefined, () => undefined);
    }),
  ];
  panel.onDidDispose(() => {
    clearTimeout(timer);
    listeners.forEach((each) => each.dispose());
  });
  context.subscriptions.push(panel);
  try {
    await update(window.activeTextEditor);
  } catch (error) {
    panel.dispose();
    window.showErrorMessage(error.message);
  }
}

exports.activate = async function (context) {
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
  context.subscriptions.push(commands.registerCommand("mica.showGraph", () => showGraph(context)));
  await client.start();
  await showSizes(context);
};

exports.deactivate = function () {
  return client && client.stop();
};

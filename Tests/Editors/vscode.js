// Runs the extension with a VS Code that does nothing but remember: prints what it registers, and what its command asks of
// the server for the resources that a menu, a tab and a dialog give, and what stands in the status bar as the cursor moves.

const Module = require("module");

const asked = [];
const registered = {};
const uri = (path) => ({ path, toString: () => "file://" + path });
let tab;
const listeners = [];
const listen = (run) => (listeners.push(run), { dispose() {} });
const bar = { shown: false, show() { this.shown = true; }, hide() { this.shown = false; } };
const editor = { document: { languageId: "mica", uri: uri("/two.mica") }, selection: { active: { line: 0 } } };
const lens = (line, title) => ({ range: { start: { line } }, command: { title } });
const lenses = [lens(3, "61,706 parameters"), lens(9, "used twice"), lens(20, "5 parameters")];

const stubs = {
  vscode: {
    StatusBarAlignment: { Right: 2 },
    commands: { registerCommand: (name, run) => ((registered[name] = run), { dispose() {} }) },
    window: {
      activeTextEditor: undefined,
      createStatusBarItem: () => bar,
      onDidChangeActiveTextEditor: listen,
      onDidChangeTextEditorSelection: listen,
      tabGroups: { activeTabGroup: { get activeTab() { return tab; } } },
      showOpenDialog: async () => [uri("/chosen.onnx")],
    },
    workspace: { onDidChangeTextDocument: listen, getConfiguration: () => ({ get: (key) => (key === "path" ? "mica" : "") }) },
  },
  "vscode-languageclient/node": {
    LanguageClient: class {
      async start() {}
      async stop() {}
      async sendRequest(method, parameters) {
        if (method === "textDocument/codeLens") return lenses;
        asked.push([method, parameters]);
      }
    },
  },
};

const load = Module._load;
Module._load = (name, ...rest) => stubs[name] || load(name, ...rest);

(async () => {
  const extension = require(process.argv[2]);
  await extension.activate({ subscriptions: [] });
  const run = registered["mica.openModelAsText"];
  await run(uri("/menu.onnx"));
  tab = { input: { uri: uri("/tab.onnx") } };
  await run();
  tab = { input: { uri: uri("/text.mica") } };
  await run();
  const sizes = [bar.shown];
  stubs.vscode.window.activeTextEditor = editor;
  for (const line of [0, 5, 12, 30]) {
    editor.selection.active.line = line;
    listeners.forEach((each) => each());
    await new Promise((done) => setTimeout(done, 400));
    sizes.push(bar.shown && bar.text);
  }
  stubs.vscode.window.activeTextEditor = undefined;
  listeners.forEach((each) => each());
  await new Promise((done) => setTimeout(done, 400));
  sizes.push(bar.shown);
  console.log(JSON.stringify({ registered: Object.keys(registered), asked, sizes }));
})();

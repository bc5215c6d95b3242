// Runs the extension with a VS Code that does nothing but remember: prints what it registers, and what its command asks of
// the server for the resources that a menu, a tab and a dialog give, what stands in the status bar as the cursor moves, and
// what a panel of the graph shows then.

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

const views = [];
const panel = {
  shown: [], posted: [], pages: 0,
  webview: {
    set html(page) { panel.pages += 1; },
    postMessage: (message) => panel.posted.push(message),
    onDidReceiveMessage: (run) => ((panel.receive = run), { dispose() {} }),
  },
  onDidDispose: (run) => (panel.dispose = run),
};

const stubs = {
  vscode: {
    StatusBarAlignment: { Right: 2 },
    ViewColumn: { One: 1, Beside: -2 },
    Uri: { file: uri },
    commands: { registerCommand: (name, run) => ((registered[name] = run), { dispose() {} }) },
    window: {
      activeTextEditor: undefined,
      createStatusBarItem: () => bar,
      createWebviewPanel: (kind, title, column, options) => ((panel.scripts = options.enableScripts), panel),
      showTextDocument: async (document, { selection }) => panel.shown.push([document.path, selection.start.line]),
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
        if (method === "mica/view") {
          views.push(parameters);
          const { position, format } = parameters;
          return { model: position.line < 20 ? "net" : "other", version: 1, content: format, node: { id: position.line } };
        }
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
  stubs.vscode.window.activeTextEditor = editor;
  editor.selection.active = { line: 4, character: 2 };
  await registered["mica.showGraph"]();
  for (const line of [7, 30]) {
    editor.selection.active = { line, character: 2 };
    listeners.forEach((each) => each());
    await new Promise((done) => setTimeout(done, 400));
  }
  await panel.receive({ path: "/two.mica", line: 12 });
  await panel.receive({ path: "std/linear.mica", line: 3 });
  panel.dispose();
  const { pages, posted, shown, scripts } = panel;
  const graph = { scripts, title: panel.title, pages, posted, shown, formats: views.map((each) => each.format || null) };
  console.log(JSON.stringify({ registered: Object.keys(registered), asked, sizes, graph }));
})();

// Runs the extension with a VS Code that does nothing but remember: prints what it registers, and what its command asks of
// the server for the resources that a menu, a tab and a dialog give.

const Module = require("module");

const asked = [];
const registered = {};
const uri = (path) => ({ path, toString: () => "file://" + path });
let tab;

const stubs = {
  vscode: {
    commands: { registerCommand: (name, run) => ((registered[name] = run), { dispose() {} }) },
    window: {
      tabGroups: { activeTabGroup: { get activeTab() { return tab; } } },
      showOpenDialog: async () => [uri("/chosen.onnx")],
    },
    workspace: { getConfiguration: () => ({ get: (key) => (key === "path" ? "mica" : "") }) },
  },
  "vscode-languageclient/node": {
    LanguageClient: class {
      async start() {}
      async stop() {}
      async sendRequest(method, parameters) { asked.push([method, parameters]); }
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
  console.log(JSON.stringify({ registered: Object.keys(registered), asked }));
})();

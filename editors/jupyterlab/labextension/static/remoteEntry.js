// Mica in JupyterLab 4: the file type, and a CodeMirror mode for the colours. The language server's part is jupyterlab-lsp's.
//
// This is a module-federation container written by hand, so that nothing needs to be built: JupyterLab calls `init` with
// the modules that it shares, and then `get` for the plugin.

(() => {
  const NAME = "mica-jupyterlab";
  let shared;

  // A module of JupyterLab's own, in the version that it runs.
  async function load(name) {
    const versions = shared[name];
    if (!versions) throw new Error(`JupyterLab does not share ${name}`);
    const version = Object.keys(versions).sort((a, b) => versions[b].loaded - versions[a].loaded)[0];
    return (await versions[version].get())();
  }

  const words = (text) => new Set(text.split(" "));
  const ELEMENT_TYPES = words("f64 f32 f16 bf16 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f8e8m0 f6e2m3 f6e3m2 f4e2m1 i64 i32 i16 i8 i4 i2 u64 u32 u16 u8 u4 u2 bool string c64 c128");
  const CONTROL = words("if else return");
  const CONSTANTS = words("none true false");
  // Keywords where another word, or a string, follows on the line.
  const BEFORE_NAME = words("use import model block operator recipe param buffer const layer repeat scope weights require");
  const CLAUSES = words("as for where macs in");
  const LISTS = words("ints floats strings tensors graphs types sparse_tensors");
  const TYPES = words("type seq optional map sparse");

  const WORD = /^[A-Za-z_][A-Za-z0-9_]*/;
  const NUMBER = /^(?:0[xX][0-9A-Fa-f]+(?:(?:\.[0-9A-Fa-f]+)?[pP][+-]?[0-9]+)?|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/;

  // What a word is, in styles that JupyterLab's themes have. Every one has a style: jupyterlab-lsp asks for no hover over text without one.
  function styleOf(word, before, stream) {
    const rest = stream.string.slice(stream.pos);
    if (before === "." || before === "~") return "propertyName";
    if (before === "@" || before === "$") return before === "@" ? "meta" : "variableName.special";
    if (/^\s*=(?!=)/.test(rest) && before !== "") return "propertyName";
    if (ELEMENT_TYPES.has(word)) return "variableName.standard";
    if (CONTROL.has(word)) return "keyword";
    if (CONSTANTS.has(word)) return "atom";
    if (BEFORE_NAME.has(word) && /^[ \t]+[A-Za-z_`"'(\[]/.test(rest)) return "keyword";
    if (CLAUSES.has(word) && (/^[ \t]+[^\s=:.,)\]]/.test(rest) || (word === "macs" && /^\s*=/.test(rest)))) return "keyword";
    if (LISTS.has(word) && /^\s*\[\s*\]/.test(rest)) return "keyword";
    if (TYPES.has(word) && /^(?:\s*<|[ \t]+[A-Za-z?])/.test(rest)) return "keyword";
    if (/^\s*\(/.test(rest) || (before === "|>" && !/^\s*[.~:\[]/.test(rest))) return "variableName.function.definition";
    return "variableName";
  }

  function token(stream, state) {
    if (stream.sol()) state.before = "";
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    const string = stream.match(/^b?(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)/);
    const quoted = !string && stream.match(/^`(?:[^`\\]|\\.)*`?/);
    const number = !string && !quoted && stream.match(NUMBER);
    const word = !string && !quoted && !number && stream.match(WORD);
    if (string) state.before = "string";
    if (quoted || word) {
      const style = styleOf((quoted || word)[0], state.before, stream);
      state.before = "word";
      return style;
    }
    if (string || number) return string ? "string" : "number";
    const sign = stream.match(/^(?:\|>|\.\.<|\.\.\.|->|\*\*|[=!<>]=|&&|\|\|)/);
    state.before = sign ? sign[0] : stream.next();
    return /^[-+*/%<>=!&|]/.test(state.before) ? "operator" : "punctuation";
  }

  const mode = {
    name: "mica",
    startState: () => ({ before: "" }),
    copyState: (state) => ({ ...state }),
    token,
    indent: (state, behind, context) => {
      const line = context.lineAt(context.pos, -1);
      const deeper = /[{(\[]\s*(?:\/\/.*)?$/.test(line.text) ? context.unit : 0;
      const lesser = /^\s*[})\]]/.test(behind) ? context.unit : 0;
      return Math.max(0, context.lineIndent(line.from) + deeper - lesser);
    },
    languageData: {
      commentTokens: { line: "//" },
      closeBrackets: { brackets: ["(", "[", "{", '"', "`"] },
      indentOnInput: /^\s*[})\]]$/,
    },
  };

  async function plugin() {
    const [{ IEditorLanguageRegistry }, { LanguageSupport, StreamLanguage }] = await Promise.all([
      load("@jupyterlab/codemirror"),
      load("@codemirror/language"),
    ]);
    return {
      id: `${NAME}:plugin`,
      description: "Mica's files and their colours.",
      autoStart: true,
      requires: [IEditorLanguageRegistry],
      activate: (app, languages) => {
        app.docRegistry.addFileType({
          name: "mica",
          displayName: "Mica",
          extensions: [".mica"],
          mimeTypes: ["text/x-mica"],
          fileFormat: "text",
          contentType: "file",
        });
        languages.addLanguage({
          name: "mica",
          displayName: "Mica",
          mime: "text/x-mica",
          extensions: ["mica"],
          support: new LanguageSupport(StreamLanguage.define(mode)),
        });
      },
    };
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = {
    init: (scope) => {
      shared = scope;
    },
    get: async (module) => {
      if (module !== "./extension") throw new Error(`${NAME} has no ${module}`);
      const found = await plugin();
      return () => ({ __esModule: true, default: found });
    },
  };
})();

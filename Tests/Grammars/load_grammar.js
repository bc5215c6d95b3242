// Loads a tree-sitter grammar.js as tree-sitter's own generator does, and prints its rules as JSON.

const symbol = (name) => ({ type: "SYMBOL", name });
const rule = (value) => {
  if (typeof value === "string") return { type: "STRING", value };
  if (value instanceof RegExp) return { type: "PATTERN", value: value.source };
  if (!value || !value.type) throw new Error(`no rule: ${JSON.stringify(value)}`);
  return value;
};
const blank = () => ({ type: "BLANK" });
const wrap = (type) => (value) => ({ type, content: rule(value) });
const precedence = (type) => (level, value) =>
  value === undefined ? { type, value: 0, content: rule(level) } : { type, value: level, content: rule(value) };

Object.assign(globalThis, {
  blank,
  seq: (...members) => ({ type: "SEQ", members: members.map(rule) }),
  choice: (...members) => ({ type: "CHOICE", members: members.map(rule) }),
  optional: (value) => ({ type: "CHOICE", members: [rule(value), blank()] }),
  repeat: wrap("REPEAT"),
  repeat1: wrap("REPEAT1"),
  token: Object.assign(wrap("TOKEN"), { immediate: wrap("IMMEDIATE_TOKEN") }),
  prec: Object.assign(precedence("PREC"), {
    left: precedence("PREC_LEFT"),
    right: precedence("PREC_RIGHT"),
    dynamic: precedence("PREC_DYNAMIC"),
  }),
  field: (name, value) => ({ type: "FIELD", name, content: rule(value) }),
  alias: (value, as) => ({
    type: "ALIAS",
    content: rule(value),
    named: typeof as !== "string",
    value: typeof as === "string" ? as : as.name || as.undefined,
  }),
  grammar: (definition) => {
    const known = new Set([
      ...Object.keys(definition.rules),
      ...(definition.externals ? definition.externals(new Proxy({}, { get: (_, name) => symbol(name) })) : []).map((each) => each.name),
    ]);
    const $ = new Proxy({}, {
      get: (_, name) => {
        // An alias may name a node that no rule does; whatever else uses such a name finds no rule in it.
        return known.has(name) ? symbol(name) : { undefined: name };
      },
    });
    const list = (name) => (definition[name] ? definition[name]($) : []);
    return {
      name: definition.name,
      word: definition.word && definition.word($).name,
      externals: list("externals").map(rule),
      extras: list("extras").map(rule),
      supertypes: list("supertypes").map((each) => each.name),
      conflicts: list("conflicts").map((names) => names.map((each) => each.name)),
      rules: Object.fromEntries(Object.entries(definition.rules).map(([name, make]) => [name, rule(make($))])),
    };
  },
});

console.log(JSON.stringify(require(require("path").resolve(process.argv[2]))));

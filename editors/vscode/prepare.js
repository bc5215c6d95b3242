// Copies what the package needs from elsewhere in the repository; npm runs it before the extension is packed.

const { copyFileSync, mkdirSync } = require("fs");
const { join } = require("path");

mkdirSync(join(__dirname, "syntaxes"), { recursive: true });
copyFileSync(
  join(__dirname, "../../grammar/mica.tmLanguage.json"),
  join(__dirname, "syntaxes/mica.tmLanguage.json"),
);
copyFileSync(join(__dirname, "../../LICENSE"), join(__dirname, "LICENSE"));

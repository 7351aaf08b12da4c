// Writes and reads values with the YAML library that Obsidian uses. In: {write: [value], read: [text]} as JSON.
const YAML = require("yaml");
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const read = (text, version) => {
  try {
    return YAML.parse(text, { version, logLevel: "silent" }).k ?? null;
  } catch (error) {
    return { error: String(error) };
  }
};
console.log(
  JSON.stringify({
    // Obsidian leaves an empty property empty. Folding of long lines is off, as no quotes hang on it.
    written: asked.write.map((value) => YAML.stringify({ k: value }, { lineWidth: 0, nullStr: "" })),
    as12: asked.read.map((text) => read(text, "1.2")),
    as11: asked.read.map((text) => read(text, "1.1")),
  }),
);

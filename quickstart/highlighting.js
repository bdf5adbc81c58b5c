// Marks the parts of a config's text for the eye: comments, sections, keys and values.

const VALUE = /("(?:[^"\\]|\\.)*")|(\$\{[^}]*\})|\b(true|false|null)\b|(-?\d[\d.e+-]*)/g;
const KINDS = ["string", "reference", "word", "number"];
const lines = new Map(); // few lines make all the configs there are

/** A block of lines as HTML. */
export function highlighted(block) {
  return block.split("\n").map(line).join("\n");
}

function line(text) {
  if (!lines.has(text)) lines.set(text, marked(text));
  return lines.get(text);
}

function marked(text) {
  if (text.startsWith("#")) return span("comment", text);
  if (text.startsWith("[")) return span("section", text);
  const [, key, value] = text.match(/^(\S+ = )(.*)$/) ?? [];
  if (key === undefined) return escaped(text);
  return span("key", key.slice(0, -3)) + " = " + values(value);
}

function values(text) {
  let html = "";
  let end = 0;
  for (const found of text.matchAll(VALUE)) {
    const kind = KINDS[found.slice(1).findIndex((group) => group !== undefined)];
    html += escaped(text.slice(end, found.index)) + span(kind, found[0]);
    end = found.index + found[0].length;
  }
  return html + escaped(text.slice(end));
}

const span = (kind, text) => `<span class="${kind}">${escaped(text)}</span>`;

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

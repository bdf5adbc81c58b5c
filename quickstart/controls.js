// Builds the controls once, and keeps them showing what was settled.

import { onOffer } from "./settling.js";

const inputs = new Map(); // "control value" -> its input
const boxes = new Map(); // "control value" -> what surrounds it

/** Fills the form; `changed(name, value)` is called with what a person chooses. */
export function buildControls(form, options, changed) {
  for (const control of options.controls) {
    form.append(control.kind === "text" ? textField(control, changed) : group(control, changed));
  }
}

/** Shows what is on offer, and what of it is chosen. */
export function showControls(options, settled) {
  for (const control of options.controls) {
    const chosen = settled[control.name];
    if (control.kind === "text") {
      const input = inputs.get(control.name);
      if (document.activeElement !== input) setIfOther(input, "value", chosen);
      continue;
    }
    const offered = new Set(onOffer(control, settled).map((entry) => entry.value));
    for (const entry of control.entries) {
      const key = `${control.name} ${entry.value}`;
      const on = control.kind === "one" ? entry.value === chosen : chosen.includes(entry.value);
      setIfOther(boxes.get(key), "hidden", !offered.has(entry.value));
      setIfOther(inputs.get(key), "checked", on);
    }
  }
}

function setIfOther(element, name, value) {
  if (element[name] !== value) element[name] = value; // writing it again costs a new layout
}

function textField(control, changed) {
  const input = made("input", { type: "text", id: `c-${control.name}`, name: control.name });
  Object.assign(input, { pattern: control.pattern, value: control.default, spellcheck: false });
  const hint = made("p", { id: `h-${control.name}`, className: "hint" });
  const helped = () => {
    const fits = input.validity.valid && input.value !== "";
    hint.textContent = fits ? control.help : `Needs ${control.says}.`;
    input.setAttribute("aria-invalid", String(!fits));
    hint.classList.toggle("wrong", !fits);
  };
  input.setAttribute("aria-describedby", hint.id);
  input.addEventListener("input", () => {
    helped();
    changed(control.name, input.value);
  });
  helped();
  inputs.set(control.name, input);
  const label = made("label", { htmlFor: input.id, textContent: control.title });
  const box = made("div", { className: "field text" });
  box.append(label, input, hint);
  return box;
}

function group(control, changed) {
  const set = made("fieldset", { className: `field ${control.kind} ${control.name}` });
  const hint = made("span", { className: "hint", textContent: control.help });
  const legend = made("legend", { textContent: control.title });
  legend.append(" ", hint);
  const rows = made("div", { className: "entries" });
  rows.append(...control.entries.map((entry) => choice(control, entry)));
  set.append(legend, rows);
  set.addEventListener("change", () => changed(control.name, read(control)));
  return set;
}

function read(control) {
  const on = control.entries.filter((one) => inputs.get(`${control.name} ${one.value}`).checked);
  const values = on.map((entry) => entry.value);
  return control.kind === "one" ? values[0] : values;
}

function choice(control, entry) {
  const key = `${control.name} ${entry.value}`;
  const type = control.kind === "one" ? "radio" : "checkbox";
  const input = made("input", { type, name: control.name, value: entry.value });
  input.disabled = Boolean(entry.fixed);
  const words = made("span", { className: "words" });
  const title = made("span", { className: "title", textContent: entry.title });
  words.append(title, " ", made("span", { className: "help", textContent: entry.help }));
  const label = made("label", { className: "choice" });
  label.append(input, words);
  inputs.set(key, input);
  boxes.set(key, label);
  return label;
}

/** An element with its properties. */
export function made(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

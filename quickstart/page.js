// The page: choices and address in, files and commands out.

import { buildControls, made, showControls } from "./controls.js";
import { highlighted } from "./highlighting.js";
import { changed, compiled, contextOf, initCommand } from "./rendering.js";
import { settle } from "./settling.js";

const here = (id) => document.getElementById(id);
const pane = here("text");
const blocks = new Map(); // a block's text -> its element
const files = { config: { name: "", text: "" }, system: { name: "system.cfg", text: "" } };
let shown = "config";

async function start() {
  const names = ["options.json", "config.cfg.jinja", "system.cfg.jinja"];
  const got = await Promise.all(names.map((name) => fetch(name).then((found) => found.text())));
  const options = JSON.parse(got[0]);
  const templates = { config: compiled(got[1]), system: compiled(got[2]) };
  const asked = fromAddress(options);
  const update = () => {
    const settled = settle(options, asked);
    const context = contextOf(options, settled);
    files.config = { name: `${settled.name}.cfg`, text: templates.config(context) };
    files.system.text = templates.system(context);
    showControls(options, settled);
    showCommands([...context.commands], initCommand(options, asked, settled));
    showFile();
    toAddress(changed(options, asked, settled));
  };
  buildControls(here("controls"), options, (name, value) => {
    asked[name] = value;
    update();
  });
  connectButtons();
  update();
  performance.mark("ready");
  document.documentElement.dataset.ready = "yes";
}

function fromAddress(options) {
  const given = new URLSearchParams(location.search);
  const asked = {};
  for (const { name, kind } of options.controls) {
    const value = given.get(name);
    if (value !== null) asked[name] = kind === "many" ? value.split(",").filter(Boolean) : value;
  }
  return asked;
}

function toAddress(kept) {
  const words = Object.entries(kept).map(([name, value]) => `${name}=${String(value)}`);
  const query = words.length ? `?${words.join("&")}` : location.pathname;
  if (query !== (location.search || location.pathname)) history.replaceState(null, "", query);
}

function showCommands(commands, init) {
  const rows = [...commands, init];
  const list = here("commands");
  if (list.dataset.rows === rows.join("\n")) return;
  list.dataset.rows = rows.join("\n");
  const notes = ["Run the recipe", "See where it stands", "Or write this file in a terminal"];
  list.replaceChildren(
    ...rows.map((command, row) => {
      const item = made("li", {});
      const button = made("button", { type: "button", textContent: "Copy" });
      button.setAttribute("aria-label", `Copy: ${command}`);
      button.addEventListener("click", () => copy(command, "The command is copied."));
      const code = made("code", { textContent: command });
      item.append(made("span", { className: "hint", textContent: notes[row] }), code, button);
      return item;
    }),
  );
}

function showFile() {
  for (const name of Object.keys(files)) {
    const tab = here(`tab-${name}`);
    if (tab.textContent !== files[name].name) tab.textContent = files[name].name;
    tab.setAttribute("aria-selected", String(name === shown));
    tab.tabIndex = name === shown ? 0 : -1;
  }
  pane.setAttribute("aria-labelledby", `tab-${shown}`);
  const first = pane.childElementCount === 0;
  const fresh = replaceBlocks(files[shown].text.trimEnd().split("\n\n"));
  if (first || !fresh.length) return;
  requestAnimationFrame(() => showChange(fresh));
}

/** Puts the blocks there with as few changes as can be; gives those that are new. */
function replaceBlocks(texts) {
  const wanted = new Set(texts);
  for (const [text, element] of blocks) {
    if (wanted.has(text)) continue;
    element.remove();
    blocks.delete(text);
  }
  const fresh = [];
  let next = pane.firstElementChild;
  for (const text of texts) {
    const there = blocks.get(text);
    if (there && there === next) {
      next = next.nextElementSibling;
      continue;
    }
    const element = there ?? made("div", { className: "block", innerHTML: `${highlighted(text)}\n\n` });
    if (!there) fresh.push(element);
    blocks.set(text, element);
    pane.insertBefore(element, next);
  }
  return fresh;
}

/** Lets the eye find what has changed. */
function showChange(fresh) {
  const top = fresh[0].offsetTop - pane.offsetTop;
  const inside = top >= pane.scrollTop && top < pane.scrollTop + pane.clientHeight - 60;
  if (!inside && pane.scrollHeight > pane.clientHeight) pane.scrollTop = Math.max(0, top - 40);
  for (const element of fresh) element.classList.add("fresh");
  setTimeout(() => fresh.forEach((element) => element.classList.remove("fresh")), 1200);
}

function connectButtons() {
  here("copy").addEventListener("click", () => copy(files[shown].text, `${files[shown].name} is copied.`));
  here("share").addEventListener("click", () => copy(location.href, "The link is copied."));
  here("download").addEventListener("click", download);
  const tabs = Object.keys(files).map((name) => here(`tab-${name}`));
  for (const tab of tabs) {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, Home: 0, End: 0 }[event.key];
      if (step === undefined) return;
      const ends = { Home: tabs[0], End: tabs.at(-1) };
      const other = ends[event.key] ?? tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      show(other);
      other.focus();
      event.preventDefault();
    });
  }
}

function show(tab) {
  shown = tab.id.slice("tab-".length);
  blocks.clear();
  pane.replaceChildren();
  pane.scrollTop = 0;
  showFile();
}

async function copy(text, done) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text).then(
      () => say(done),
      () => say("The browser does not allow copying: select the text."),
    );
  } else {
    say("Copying needs https or this machine's own address: select the text.");
  }
}

function download() {
  const { name, text } = files[shown];
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  made("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  say(`${name} is saved.`);
}

function say(text) {
  here("said").textContent = text;
}

start().catch((error) => {
  say(`The page could not be built: ${error.message}. Reload it, or run art init config.`);
});

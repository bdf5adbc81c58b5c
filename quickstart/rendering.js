// From settled choices to the texts of the files and the commands. rendering.py does the same.

import { onOffer, settle } from "./settling.js";

/** Compiles a template once; gives a function from a context to a text. */
export function compiled(source) {
  const settings = { autoescape: false, trimBlocks: true, lstripBlocks: true }; // no HTML
  const environment = new nunjucks.Environment(null, settings);
  const template = new nunjucks.Template(source, environment, "template", true);
  return (context) => `${template.render(context).trim()}\n`;
}

/** What a template is given. */
export function contextOf(options, settled) {
  const context = { project: settled.name, named: settled.stages };
  for (const control of options.controls) {
    const chosen = settled[control.name];
    if (control.kind === "one") {
      context[control.name] = control.entries.find((entry) => entry.value === chosen);
    } else if (control.kind === "many") {
      context[control.name] = onOffer(control, settled).map((entry) => ({
        ...entry,
        chosen: chosen.includes(entry.value),
      }));
    }
  }
  context.defaults = options.defaults;
  context.recipe = recipeOf(options, settled, context.model);
  const place = context.data.place ? ` --paths.data=${context.data.place}` : "";
  const train = `art train ${settled.name}.cfg${codeOf(context)}${place}`;
  context.commands = [train, `art report runs/${settled.name}`];
  return context;
}

/** The sections of the recipe: each stage, its overrides, and its checks as this recipe has them. */
function recipeOf(options, settled, model) {
  const kind = model.own_optimizer ? "own" : "wrapped";
  const checks = options.checks[options.profiles[`${settled.task} ${kind}`]];
  const choice = ["task", "data", "model", "optimize"].map((name) => settled[name]).join(" ");
  const suits = ({ when }) =>
    Object.entries(when).every(([stage, there]) => settled.stages.includes(stage) === there);
  return settled.stages.flatMap((stage) => {
    const overrides = options.overrides[stage]?.[choice];
    const head = overrides ? `${options.heads[stage]}\n${overrides}` : options.heads[stage];
    const { texts } = checks[stage].find(suits);
    return [head, ...texts.map((number) => options.texts[number])];
  });
}

/** The code that the commands need. */
function codeOf(context) {
  const many = [...context.stages, ...context.visualizers, ...context.loggers];
  const parts = [context.data, context.model, ...many.filter((entry) => entry.chosen)];
  const files = new Set(parts.flatMap((part) => part.code ?? []));
  return [...files].map((file) => ` --code ${file}`).join("");
}

/** What of the choices is not what the page would have chosen. */
export function changed(options, asked, settled) {
  const kept = {};
  for (const { name } of options.controls) {
    if (asked[name] === undefined) continue;
    const { [name]: _, ...others } = asked;
    const usual = settle(options, others)[name];
    if (String(settled[name]) !== String(usual)) kept[name] = settled[name];
  }
  return kept;
}

/** The choices that stand for parts of the user's own: a command has to name them. */
function yours(options, settled) {
  const stand = options.controls.filter(
    ({ kind, name, entries }) =>
      kind === "one" && entries.find((entry) => entry.value === settled[name]).yours,
  );
  return Object.fromEntries(stand.map(({ name }) => [name, settled[name]]));
}

/** The command that writes the same config. */
export function initCommand(options, asked, settled) {
  const { name: _, ...kept } = { ...changed(options, asked, settled), ...yours(options, settled) };
  const words = Object.entries(kept).map(([name, value]) => ` --${name} ${String(value) || "none"}`);
  const code = codeOf(contextOf(options, settled));
  return `art init config ${settled.name}.cfg${words.join("")}${code}`;
}

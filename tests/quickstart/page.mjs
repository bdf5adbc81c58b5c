// The page's own modules without a browser: what they make of choices that come as JSON on stdin.

import { readFileSync } from "node:fs";
import vm from "node:vm";

const folder = process.argv[2];
globalThis.window = globalThis;
vm.runInThisContext(readFileSync(`${folder}/vendor/nunjucks/nunjucks.min.js`, "utf8"));
const { compiled, contextOf, initCommand } = await import(`${folder}/rendering.js`);
const { settle } = await import(`${folder}/settling.js`);
const { options, every } = JSON.parse(readFileSync(0, "utf8"));
const recipe = compiled(readFileSync(`${folder}/config.cfg.jinja`, "utf8"));
const made = every.map((asked) => {
  const settled = settle(options, asked);
  const command = initCommand(options, asked, settled);
  return { settled, command, recipe: recipe(contextOf(options, settled)) };
});
console.log(JSON.stringify(made));

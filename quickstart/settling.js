// From what was asked for to one valid choice in every control. settling.py does the same.

/** The entries of a control that suit what was chosen in the controls before. */
export function onOffer(control, settled) {
  return control.entries.filter((entry) =>
    Object.entries(entry.when ?? {}).every(([name, values]) => values.includes(settled[name])),
  );
}

/**
 * One valid choice in every control, whatever was asked for: what is not on offer is left out, since
 * an address may be old, or meant for another task.
 */
export function settle(options, asked) {
  const settled = {};
  for (const control of options.controls) {
    settled[control.name] = settleOne(control, asked[control.name], settled);
  }
  return settled;
}

function settleOne(control, asked, settled) {
  if (control.kind === "text") {
    const fits = typeof asked === "string" && new RegExp(`^(?:${control.pattern})$`).test(asked);
    return fits ? asked : control.default;
  }
  const offered = onOffer(control, settled);
  const values = offered.map((entry) => entry.value);
  if (control.kind === "one") {
    return values.includes(asked) ? asked : (values[0] ?? "");
  }
  const chosen = offered
    .filter((entry) => entry.fixed || (asked ? asked.includes(entry.value) : !entry.extra))
    .map((entry) => entry.value);
  return chosen.length >= (control.least ?? 0) ? chosen : values;
}

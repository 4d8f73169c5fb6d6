/** The text of each field of a form by name, lists joined. Files and Next's own `$ACTION_…` fields are left out. */
export function readForm(form: HTMLFormElement): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new FormData(form)) {
    if (name.startsWith("$ACTION") || typeof value !== "string") continue;
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return values;
}

/** Names whose text differs between two readings, in the order of the second, then what is gone. */
export function changedNames(saved: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const differing = [...now.keys()].filter((name) => saved.get(name) !== now.get(name));
  const gone = [...saved.keys()].filter((name) => !now.has(name));
  return [...differing, ...gone];
}

/** "watch paths", "watch paths and skip words", "branch, watch paths and skip words". */
export function sentenceList(labels: readonly string[]): string {
  const lower = labels.map((label) => label.charAt(0).toLowerCase() + label.slice(1));
  const last = lower.at(-1) ?? "";
  return lower.length < 2 ? last : `${lower.slice(0, -1).join(", ")} and ${last}`;
}

import { base64Cores, literalNeedles, SHORTEST_SECRET } from "@/lib/redact/encodings";
import { createMatcher, type Matcher } from "@/lib/redact/matcher";
import type { Secret } from "@/lib/secret";

// Next bundles pages, actions and handlers apart: what one of them opened, the log of another must hide.
const KEY = Symbol.for("skytells.console.redactor");
/** What finds the known secrets. */
export type Known = {
  matcher: Matcher;
  /** The needles that stand inside base64. */
  cores: ReadonlySet<string>;
  /** The needles with white space in them. */
  spaced: readonly string[];
  /** The length of the longest needle. */
  longest: number;
};
type Registry = { uses: Map<string, number>; known: Known | null };
const globals = globalThis as unknown as Record<symbol, Registry | undefined>;

function registry(): Registry {
  globals[KEY] ??= { uses: new Map(), known: null };
  return globals[KEY];
}

/** The secrets that this process has in hand, which nothing that it writes may show. */
export const redactor = {
  /** Hides a secret from now on, in all its encodings. Add it before its first use; shorter than six characters is not looked for. */
  add(secret: Secret): void {
    const state = registry();
    const value = secret.reveal();
    if (value.length < SHORTEST_SECRET) return;
    state.uses.set(value, (state.uses.get(value) ?? 0) + 1);
    if (state.uses.get(value) === 1) state.known = null;
  },
  /** Takes back one `add`: when nothing that could print the secret runs any more. */
  remove(secret: Secret): void {
    const state = registry();
    const value = secret.reveal();
    const left = (state.uses.get(value) ?? 0) - 1;
    if (left > 0) state.uses.set(value, left);
    else if (state.uses.delete(value)) state.known = null;
  },
};

/** What finds the known secrets; made anew after a change. */
export function known(): Known {
  const state = registry();
  state.known ??= build([...state.uses.keys()]);
  return state.known;
}

function build(secrets: readonly string[]): Known {
  const cores = new Set(secrets.flatMap(base64Cores));
  const needles = [...new Set([...secrets.flatMap(literalNeedles), ...cores])];
  return {
    matcher: createMatcher(needles),
    cores,
    spaced: needles.filter((needle) => /\s/.test(needle)),
    longest: Math.max(0, ...needles.map((needle) => needle.length)),
  };
}

import { createHash } from "node:crypto";
import { needlesOf } from "./encodings";
import type { Evidence } from "./evidence";
import { makeMatcher } from "./matcher";
import type { RunSecret } from "./secrets";

const CONTEXT = 48;
const MOST_SHOWN = 20;

/** Every place where a secret was found and does not belong, each in one line that does not repeat it. */
export function findLeaks(secrets: readonly RunSecret[], evidence: Iterable<Evidence>): string[] {
  const needles = secrets.flatMap((secret) =>
    needlesOf(secret.value).map((needle) => ({ ...needle, secret })),
  );
  const match = makeMatcher(needles);
  const leaks = new Set<string>();
  for (const one of evidence) {
    for (const { at, needle } of match(one.bytes)) {
      if (!needle.secret.mayStandIn(one)) leaks.add(describe(one, at, needle));
    }
  }
  return [...leaks];
}

/** Throws with all of them: one hit fails the run. */
export function refuseLeaks(leaks: readonly string[]): void {
  if (leaks.length === 0) return;
  const more = leaks.length > MOST_SHOWN ? `\n  … and ${leaks.length - MOST_SHOWN} more` : "";
  throw new Error(`Secrets of this run were found:\n  ${leaks.slice(0, MOST_SHOWN).join("\n  ")}${more}`);
}

type Hit = { encoding: string; bytes: Buffer; secret: RunSecret };

function describe(
  { place, where, bytes }: Evidence,
  at: number,
  { encoding, bytes: found, secret }: Hit,
): string {
  const before = printable(bytes.subarray(Math.max(0, at - CONTEXT), at));
  const after = printable(bytes.subarray(at + found.length, at + found.length + CONTEXT / 3));
  const name = createHash("sha256").update(secret.value).digest("hex").slice(0, 8);
  return `${secret.kind} (${name}) as ${encoding} in ${place} ${where}: …${before}[secret]${after}…`;
}

const printable = (bytes: Buffer) => bytes.toString("latin1").replace(/[^\x20-\x7e]+/g, "·");

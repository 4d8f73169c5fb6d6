import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Secret } from "@/lib/secret";

/** The descriptor on which the helper reaches us; git and its children inherit it. */
const DESCRIPTOR = 3;

// `printf` and `read` are built into the shell: what passes here is in no argument list and no environment.
const HELPER = `#!/bin/sh
printf '%s\\n' "$1" >&${DESCRIPTOR} || exit 1
IFS= read -r answer <&${DESCRIPTOR} || exit 1
printf '%s\\n' "$answer"
`;

/** Writes the helper that git calls for a credential. It holds no secret; it passes git's question on to us. */
export async function writeAskpass(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "askpass");
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, HELPER, { mode: 0o700 });
  await chmod(fresh, 0o700);
  await rename(fresh, path);
  return path;
}

/** How often one question is answered: git asks once, and once more after a refusal in the middle. */
const ANSWERS = 2;

/**
 * Answers git's questions on the helper's descriptor: only the exact ones for this origin and user, each at most twice. Any
 * other question closes the descriptor, and git fails.
 */
export function answerPrompts(descriptor: Duplex, origin: string, user: string, secret: Secret | null): void {
  const asked = new Map<string, number>();
  let known = "";
  const answer = (question: string): string | null => {
    const times = (asked.get(question) ?? 0) + 1;
    asked.set(question, times);
    if (!secret || times > ANSWERS) return null;
    if (question === `Username for '${origin}': `) return user;
    return passwordPrompts(origin, user).includes(question) ? secret.reveal() : null;
  };
  descriptor.on("error", () => undefined);
  descriptor.on("data", (chunk: Buffer) => {
    known += chunk.toString("utf8");
    const end = known.indexOf("\n");
    if (end < 0 && known.length < 4096) return;
    const reply = answer(known.slice(0, Math.max(end, 0)));
    known = "";
    if (reply === null) descriptor.destroy();
    else descriptor.write(`${reply}\n`);
  });
}

/** Versions of git differ: some percent-encode the user in the question. */
export function passwordPrompts(origin: string, user: string): string[] {
  const [scheme, host] = origin.split("://");
  return [user, encodeURIComponent(user)].map((name) => `Password for '${scheme}://${name}@${host}': `);
}

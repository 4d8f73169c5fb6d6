import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Secret } from "@/lib/secret";

/** The descriptor on which the helper reaches us; git and its children inherit it. */
const DESCRIPTOR = 3;

// `printf` and `read` are built into the shell: what passes here is in no argument list and no environment. An askpass helper would
// be given the user name as an argument, and some hosts take a token in its place.
const HELPER = `#!/bin/sh
[ "$1" = get ] || exit 0
while IFS= read -r line && [ -n "$line" ]; do printf '%s\\n' "$line" >&${DESCRIPTOR} || exit 1; done
printf '\\n' >&${DESCRIPTOR} || exit 1
while IFS= read -r line <&${DESCRIPTOR} && [ -n "$line" ]; do printf '%s\\n' "$line"; done
`;

/** Writes the helper that git calls for a credential [gitcredentials]. It holds no secret; it passes git's question on to us. */
export async function writeCredentialHelper(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "credential-helper");
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, HELPER, { mode: 0o700 });
  await chmod(fresh, 0o700);
  await rename(fresh, path);
  return path;
}

/** The setting that makes git call it: a shell's word, whatever its folder is called. */
export const helperSetting = (path: string): string =>
  `credential.helper=!'${path.replaceAll("'", "'\\''")}'`;

/** How often a question is answered: git asks once, and once more after a refusal in the middle. */
const ANSWERS = 2;
const LONGEST_QUESTION = 16_384;

/**
 * Answers git's questions on the helper's descriptor: only for exactly this address, path included, at most twice. Any other
 * question closes the descriptor, and git fails.
 */
export function answerQuestions(descriptor: Duplex, url: string, user: string, secret: Secret): void {
  let known = "";
  let answers = 0;
  descriptor.on("error", () => undefined);
  // A character may come in two pieces.
  descriptor.setEncoding("utf8");
  descriptor.on("data", (chunk: string) => {
    known += chunk;
    const end = known.startsWith("\n") ? 0 : known.indexOf("\n\n");
    if (end < 0 && known.length < LONGEST_QUESTION) return;
    const question = known.slice(0, Math.max(0, end));
    const answer = end >= 0 && isAbout(question, url, user) ? answerTo(question, user, secret) : null;
    known = "";
    answers += 1;
    if (answer === null || answers > ANSWERS) descriptor.destroy();
    else descriptor.write(answer);
  });
}

/** A token without a name is sent as such [RFC 6750], by a git that says that it can; null for one that cannot. */
function answerTo(question: string, user: string, secret: Secret): string | null {
  if (user !== "") return `username=${user}\npassword=${secret.reveal()}\n\n`;
  const isAble = question.split("\n").includes("capability[]=authtype");
  return isAble ? `capability[]=authtype\nauthtype=Bearer\ncredential=${secret.reveal()}\n\n` : null;
}

/** `protocol`, `host` and `path` [git-credential], all three, each once. Git decodes the path. */
function isAbout(question: string, url: string, user: string): boolean {
  const { protocol, host, pathname } = new URL(url);
  const expected: Record<string, string> = {
    protocol: protocol.replace(":", ""),
    host,
    path: decodeURIComponent(pathname.slice(1)),
  };
  const asked = question.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2));
  const valuesOf = (name: string) => asked.filter(([key]) => key === name).map(([, value]) => value);
  const isExact = Object.entries(expected).every(
    ([name, value]) => valuesOf(name).length === 1 && valuesOf(name)[0] === value,
  );
  return isExact && valuesOf("username").every((name) => name === user);
}

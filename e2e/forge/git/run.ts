import { type ChildProcess, spawn } from "node:child_process";

/** The environment of every git process: nothing of the user's own configuration, no prompt. */
function gitEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
    GIT_TERMINAL_PROMPT: "0",
    ...extra,
  };
}

/** The same for `spawn`, whose type Next widens to want NODE_ENV. */
export function childEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  return gitEnvironment(extra) as unknown as NodeJS.ProcessEnv;
}

export class GitFailed extends Error {}

/** Runs git in a bare repository and answers with what it printed. */
export async function git(directory: string, args: string[], input?: Buffer | string): Promise<Buffer> {
  const child = spawn("git", ["--git-dir", directory, ...args], { env: childEnvironment() });
  const output = collect(child.stdout);
  const complaint = collect(child.stderr);
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await exitCode(child);
  if (code === 0) return output;
  throw new GitFailed(`git ${args[0]} failed (${code}): ${(await complaint).toString("utf8").trim()}`);
}

export async function gitText(directory: string, args: string[], input?: Buffer | string): Promise<string> {
  return (await git(directory, args, input)).toString("utf8");
}

export function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

async function collect(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

import { tmpdir } from "node:os";
import { CommandMissing } from "@/worker/exec";
import { runProgram } from "@/worker/run";

/** Where programs of ours are looked for; nothing of the caller's environment decides it. */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin";

/** Older versions ignore `http.curloptResolve`, and would connect to an address that nobody checked. */
const OLDEST = [2, 37] as const;

export type GitProbe = { version: string | null; problem: string | null };

/** Asks git for its version. `problem` is a sentence for the instance admin when it cannot be used. */
export async function probeGit(): Promise<GitProbe> {
  try {
    const { output } = await runProgram(["git", "--version"], { env: { PATH: SYSTEM_PATH, LC_ALL: "C" } });
    return judgeVersion(output);
  } catch (error) {
    if (!(error instanceof CommandMissing)) throw error;
    return { version: null, problem: "There is no git on the worker's machine: install git 2.37 or newer." };
  }
}

/** The first that a credential helper can give a token without a name. */
const BEARER = [2, 46] as const;

/** Whether this git can send a token without a user name. */
export const sendsBearer = (version: string | null): boolean => {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  return isSince([major, minor], BEARER);
};

const isSince = ([major, minor]: readonly [number, number], [first, second]: readonly [number, number]) =>
  major > first || (major === first && minor >= second);

/** Judges what `git --version` printed. */
export function judgeVersion(printed: string): GitProbe {
  const match = /(\d+)\.(\d+)(?:\.\d+)*/.exec(printed);
  if (!match) return { version: null, problem: "git does not tell its version: install git 2.37 or newer." };
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const isRecent = isSince([major, minor], OLDEST);
  const problem = isRecent
    ? null
    : `git ${match[0]} on the worker's machine ignores the address that it is told to connect to: install git 2.37 or newer.`;
  return { version: match[0], problem };
}

/** What a server may send us that is odd but harmless, and common in old repositories. */
const TOLERATED = ["zeroPaddedFilemode", "missingSpaceBeforeDate", "badTimezone", "missingEmail", "badDate"];

/** Settings of every git process of ours: nothing but objects comes in, and nothing that they hold is run. */
const SAFE_SETTINGS = [
  "protocol.allow=never",
  "http.followRedirects=false",
  "http.lowSpeedLimit=1000",
  "http.lowSpeedTime=20",
  "credential.helper=",
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.askPass=",
  "core.alternateRefsCommand=",
  "transfer.bundleURI=false",
  "transfer.credentialsInUrl=die",
  "fetch.fsckObjects=true",
  ...TOLERATED.map((problem) => `fetch.fsck.${problem}=ignore`),
  // A pack appears whole or not at all; loose objects of an interrupted fetch would look like a mirror.
  "fetch.unpackLimit=1",
  "fetch.writeCommitGraph=false",
  // A mirror is a cache: what a power cut leaves damaged is fetched anew.
  "core.fsync=none",
  "submodule.recurse=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "safe.directory=*",
];

/** `git` with its settings. `more` adds what one call needs, as `name=value`. */
export function gitCommand(
  args: readonly string[],
  more: readonly string[] = [],
): readonly [string, ...string[]] {
  const settings = [...SAFE_SETTINGS, ...more].flatMap((setting) => ["-c", setting]);
  return ["git", ...settings, ...args];
}

/** The environment of git, made from nothing. */
export function gitEnvironment(more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: SYSTEM_PATH,
    // A folder that does not exist: nobody's configuration, keys or .netrc.
    HOME: "/nonexistent",
    XDG_CONFIG_HOME: "/nonexistent",
    TMPDIR: tmpdir(),
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_PROTOCOL_FROM_USER: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_LFS_SKIP_SMUDGE: "1",
    ...more,
  };
}

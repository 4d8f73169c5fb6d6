import { exchange } from "@/lib/providers/git/smart-http/exchange";
import {
  DELIM,
  FLUSH,
  NotPackets,
  type Packet,
  packet,
  packetReader,
} from "@/lib/providers/git/smart-http/packet-reader";
import { GitRefusal } from "@/lib/providers/git/smart-http/refusal";
import type { Grant } from "@/lib/providers/provider";

/** `target`: where a symbolic ref leads. A null commit: HEAD of a repository without commits. */
export type Ref = { name: string; commit: string | null; target: string | null };

export type Listing = {
  /** Which refs; `HEAD`, `refs/heads/`. A server of today sends no others. */
  prefixes: readonly string[];
  /** Hears each of them, however many there are; false when it has heard enough. */
  onRef: (ref: Ref) => boolean;
  signal?: AbortSignal | undefined;
};

/** What a server says it can do. Version 0 has told its refs with it. */
export type Advertisement = { version: 0 | 2; capabilities: Map<string, string> };

/** Of version 2, a branch costs 57 bytes and its name: 690,000 of forty characters. */
const MOST_BYTES = 64 * 1024 * 1024;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Reads the refs of a repository as they come [gitprotocol-v2], keeping none. Throws GitRefusal and EgressError. */
export async function listRefs(grant: Grant, url: string, listing: Listing): Promise<void> {
  const { version, capabilities } = await advertise(grant, url, listing);
  if (version === 2) await lsRefs(grant, url, capabilities, listing);
}

/** Asks what the server can do. Hears its refs too, where it is of the old kind that cannot be asked for less. */
export async function advertise(grant: Grant, url: string, listing: Listing): Promise<Advertisement> {
  const found: Advertisement = { version: 0, capabilities: new Map() };
  let isFirst = true;
  const read = packetReader((part) => {
    if (part.kind !== "data") return true;
    const line = lineOf(part);
    if (line.startsWith("# service=")) return true;
    if (isFirst && line === "version 2") found.version = 2;
    else if (found.version === 2) addCapability(found.capabilities, line);
    else {
      const [ref = "", words = ""] = line.split("\0");
      if (isFirst) for (const word of words.split(" ")) addCapability(found.capabilities, word);
      isFirst = false;
      return hear(ref, found.capabilities, listing);
    }
    isFirst = false;
    return true;
  });
  await speaking(() =>
    exchange(grant, {
      url: `${url}/info/refs?service=git-upload-pack`,
      contentType: "application/x-git-upload-pack-advertisement",
      take: read,
      maxBytes: MOST_BYTES,
      signal: listing.signal,
    }),
  );
  if (isFirst) throw new GitRefusal("not_git", 200);
  return found;
}

/** Git itself knows some thirty. */
const MOST_CAPABILITIES = 200;

function addCapability(capabilities: Map<string, string>, line: string): void {
  if (capabilities.size >= MOST_CAPABILITIES) throw new GitRefusal("not_git", 200);
  const [name = "", value = ""] = [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)];
  // Version 0 says `symref` once for each.
  if (!capabilities.has(name)) capabilities.set(name, line.includes("=") ? value : "");
}

/** A line of version 0: `<commit> <name>`. */
function hear(line: string, capabilities: Map<string, string>, { prefixes, onRef }: Listing): boolean {
  const space = line.indexOf(" ");
  const [commit, name] = [line.slice(0, space), line.slice(space + 1)];
  if (!COMMIT.test(commit)) throw new GitRefusal("not_git", 200);
  const isWanted = !name.endsWith("^{}") && prefixes.some((prefix) => name.startsWith(prefix));
  if (!isWanted) return true;
  const [from, to] = (capabilities.get("symref") ?? "").split(":");
  return onRef({ name, commit, target: name === "HEAD" && from === "HEAD" && to ? to : null });
}

async function lsRefs(
  grant: Grant,
  url: string,
  capabilities: Map<string, string>,
  { prefixes, onRef, signal }: Listing,
): Promise<void> {
  const isUnbornKnown = (capabilities.get("ls-refs") ?? "").split(" ").includes("unborn");
  const read = packetReader((part) => part.kind !== "data" || onRef(refOf(lineOf(part))));
  await speaking(() =>
    exchange(grant, {
      url: `${url}/git-upload-pack`,
      contentType: "application/x-git-upload-pack-result",
      body: [
        ...["command=ls-refs", ...formatOf(capabilities)].map(packet),
        DELIM,
        ...["symrefs", ...(isUnbornKnown ? ["unborn"] : [])].map(packet),
        ...prefixes.map((prefix) => packet(`ref-prefix ${prefix}`)),
        FLUSH,
      ].join(""),
      take: read,
      maxBytes: MOST_BYTES,
      signal,
    }),
  );
}

/** A server with SHA-256 wants to hear that we know. */
export const formatOf = (capabilities: Map<string, string>): string[] =>
  capabilities.has("object-format") ? [`object-format=${capabilities.get("object-format")}`] : [];

function refOf(line: string): Ref {
  const [commit = "", name = "", ...attributes] = line.split(" ");
  if (commit !== "unborn" && !COMMIT.test(commit)) throw new GitRefusal("not_git", 200);
  const target = attributes.find((each) => each.startsWith("symref-target:"))?.slice("symref-target:".length);
  return { name, commit: commit === "unborn" ? null : commit, target: target ?? null };
}

/** Names are bytes to git; UTF-8 to everybody else. A server's complaint comes as a line of its own. */
export function lineOf(part: Extract<Packet, { kind: "data" }>): string {
  const line = part.bytes.toString("utf8").replace(/\n$/, "");
  if (!line.startsWith("ERR ")) return line;
  const isMissing = /not found|does not exist|no such/i.test(line);
  throw new GitRefusal(isMissing ? "not_found" : "server_error", 200);
}

/** What is no pkt-line was said by something else than a Git server. */
export async function speaking<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if (cause instanceof GitRefusal) throw cause;
      if (cause instanceof NotPackets) throw new GitRefusal("not_git", 200);
    }
    throw error;
  }
}

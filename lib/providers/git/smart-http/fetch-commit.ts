import { createHash } from "node:crypto";
import { exchange } from "@/lib/providers/git/smart-http/exchange";
import {
  type Advertisement,
  advertise,
  formatOf,
  lineOf,
  speaking,
} from "@/lib/providers/git/smart-http/list-refs";
import { type PackReader, packReader } from "@/lib/providers/git/smart-http/pack-reader";
import { DELIM, FLUSH, packet, packetReader } from "@/lib/providers/git/smart-http/packet-reader";
import type { Grant } from "@/lib/providers/provider";

/** Commits come first in a pack. What is beyond this is trees and files, which nobody asked for. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Of one commit, a server says in a line or two where its history was cut. */
const MOST_BYTES_BEFORE_PACK = 64 * 1024;
const BAND = { data: 1, error: 3 } as const;

/**
 * The bytes of one commit object, by a shallow fetch that is hung up on once the commit has come: a host without an API tells what
 * a commit says in no other way. Null when the server did not send it first, or not at all.
 */
export async function fetchCommit(grant: Grant, url: string, sha: string): Promise<Buffer | null> {
  const nothing = { prefixes: [], onRef: () => true };
  const server = await advertise(grant, url, nothing);
  let commit: Buffer | null = null;
  const pack = packReader((type, data) => {
    if (type === "commit" && idOf("commit", data, sha.length) === sha) commit = data;
    return commit === null;
  });
  const read = server.version === 2 ? readSections(pack) : readOldAnswer(pack, server);
  await speaking(() =>
    exchange(grant, {
      url: `${url}/git-upload-pack`,
      contentType: "application/x-git-upload-pack-result",
      body: server.version === 2 ? wish(server, sha) : oldWish(server, sha),
      take: read,
      maxBytes: MOST_BYTES,
    }),
  );
  pack.end();
  return commit;
}

const idOf = (type: string, data: Buffer, digits: number): string =>
  createHash(digits === 64 ? "sha256" : "sha1")
    .update(`${type} ${data.length}\0`)
    .update(data)
    .digest("hex");

function wish({ capabilities }: Advertisement, sha: string): string {
  const canFilter = (capabilities.get("fetch") ?? "").split(" ").includes("filter");
  return [
    ...["command=fetch", ...formatOf(capabilities)].map(packet),
    DELIM,
    ...["no-progress", `want ${sha}`, "deepen 1", ...(canFilter ? ["filter tree:0"] : []), "done"].map(
      packet,
    ),
    FLUSH,
  ].join("");
}

function oldWish({ capabilities }: Advertisement, sha: string): string {
  const words = ["side-band-64k", "no-progress"].filter((word) => capabilities.has(word));
  return [packet([`want ${sha}`, ...words].join(" ")), packet("deepen 1"), FLUSH, packet("done")].join("");
}

type Read = (chunk: Uint8Array) => boolean;

/** Version 2 answers in sections, each with its name; the pack's own bytes follow `packfile`, behind a band's number. */
function readSections(pack: PackReader): Read {
  let isPack = false;
  return packetReader((part) => {
    if (part.kind !== "data") return true;
    if (isPack) return band(part.bytes, pack);
    isPack = lineOf(part) === "packfile";
    return true;
  });
}

/** Version 0 says where the history was cut, then NAK, then the pack: in bands, or bare where the server knows none. */
function readOldAnswer(pack: PackReader, { capabilities }: Advertisement): Read {
  const hasBands = capabilities.has("side-band-64k");
  let isPack = false;
  let isBare = false;
  const packets = packetReader((part) => {
    if (part.kind !== "data") return true;
    if (isPack) return band(part.bytes, pack);
    isPack = lineOf(part) === "NAK";
    isBare = isPack && !hasBands;
    return !isBare;
  });
  let known = Buffer.alloc(0);
  return (chunk) => {
    if (isBare) return pack.read(chunk);
    if (hasBands) return packets(chunk);
    // Where the packets end and the pack begins has to be found in the bytes themselves.
    known = Buffer.concat([known, chunk]);
    const end = known.indexOf("0008NAK\n");
    if (end < 0) return known.length <= MOST_BYTES_BEFORE_PACK;
    isBare = true;
    return pack.read(known.subarray(end + 8));
  };
}

function band(bytes: Buffer, pack: PackReader): boolean {
  if (bytes[0] === BAND.data) return pack.read(bytes.subarray(1));
  return bytes[0] !== BAND.error;
}

import type { Commit } from "@/lib/providers/provider";

/** Of its lines before the message: parents, people, a signature. */
const MOST_HEAD_BYTES = 64 * 1024;
/** As much of a message as people are shown anywhere. */
const LONGEST_MESSAGE = 4000;
const LONGEST_NAME = 200;

/** What a commit object [git-cat-file] says to people. Its text is UTF-8 unless it says otherwise; a signature is no part of it. */
export function readCommit(sha: string, object: Buffer, url: string): Commit {
  const end = object.indexOf("\n\n");
  const head = decode(object, object.subarray(0, Math.min(end < 0 ? object.length : end, MOST_HEAD_BYTES)));
  // A character has four bytes at most.
  const message = end < 0 ? "" : decode(object, object.subarray(end + 2, end + 2 + 4 * LONGEST_MESSAGE));
  const { author, seconds } = authorOf(head);
  const at = seconds === null ? null : new Date(seconds * 1000);
  return {
    sha,
    message: clean(message.slice(0, LONGEST_MESSAGE)),
    author: clean(author.slice(0, LONGEST_NAME)),
    at: at && !Number.isNaN(at.getTime()) ? at.toISOString() : null,
    url,
  };
}

/** `author Ada <ada@example.com> 1700000000 +0100`, taken apart in one pass: it is a stranger's line, of any length. */
function authorOf(head: string): { author: string; seconds: number | null } {
  const line = head.split("\n").find((one) => one.startsWith("author ")) ?? "";
  const name = line.slice("author ".length).split("<", 1)[0] ?? "";
  const [, seconds] = /> (\d{1,12}) [+-]\d{4}$/.exec(line) ?? [];
  return { author: name, seconds: seconds === undefined ? null : Number(seconds) };
}

/** PostgreSQL keeps no NUL, and half a character is none. */
const clean = (text: string): string => Buffer.from(text.replaceAll("\0", "")).toString().trim();

function decode(object: Buffer, part: Buffer): string {
  const [, label = "utf-8"] = /^encoding ([\w.-]{1,40})$/m.exec(object.toString("latin1", 0, 4096)) ?? [];
  try {
    return new TextDecoder(label).decode(part);
  } catch {
    return part.toString("utf8");
  }
}

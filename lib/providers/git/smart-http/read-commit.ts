import type { Commit } from "@/lib/providers/provider";

const PERSON = /^(?:author|committer) (.*?) ?<[^>]*> (\d{1,12}) [+-]\d{4}$/m;

/** What a commit object [git-cat-file] says to people. Its text is UTF-8 unless it says otherwise; a signature is no part of it. */
export function readCommit(sha: string, object: Buffer, url: string): Commit {
  const end = object.indexOf("\n\n");
  const head = decode(object, object.subarray(0, end < 0 ? object.length : end));
  const message = end < 0 ? "" : decode(object, object.subarray(end + 2));
  const [, author = "", seconds] = PERSON.exec(head) ?? [];
  const at = seconds ? new Date(Number(seconds) * 1000) : null;
  return {
    sha,
    message: message.trim(),
    author: author.trim(),
    at: at && !Number.isNaN(at.getTime()) ? at.toISOString() : null,
    url,
  };
}

function decode(object: Buffer, part: Buffer): string {
  const [, label = "utf-8"] = /^encoding ([\w.-]{1,40})$/m.exec(object.toString("latin1", 0, 4096)) ?? [];
  try {
    return new TextDecoder(label).decode(part);
  } catch {
    return part.toString("utf8");
  }
}

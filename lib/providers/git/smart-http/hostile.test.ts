import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { git } from "@/lib/providers/git";
import { packReader } from "@/lib/providers/git/smart-http/pack-reader";
import { packet } from "@/lib/providers/git/smart-http/packet-reader";
import { readCommit } from "@/lib/providers/git/smart-http/read-commit";
import { BRANCHES_SHOWN, type Grant } from "@/lib/providers/provider";
import { type GitHost, startGitHost } from "@/lib/testing/git-host";

process.env.EGRESS_ALLOW = "127.0.0.0/8, ::1";

/** Anybody can enter the address of a server that wants to keep this process busy. What took hours takes moments. */
const MOMENTS_MS = 2000;

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

const OPENING = Buffer.from("PACK\0\0\0\x02\0\0\0\x01", "latin1");
const COMMIT = 1;

function object(content: Buffer, saidLength = content.length): Buffer {
  const head = [(COMMIT << 4) | (saidLength & 15)];
  for (let rest = Math.floor(saidLength / 16); rest > 0; rest = Math.floor(rest / 128)) {
    head.push((head.pop() ?? 0) | 0x80, rest & 0x7f);
  }
  return Buffer.concat([Buffer.from(head), deflateSync(content, { level: 0 })]);
}

/** What is read of a pack that comes in pieces of this size. */
function readIn(size: number, pack: Buffer): string[] {
  const found: string[] = [];
  const reader = packReader((type, data) => found.push(`${type} ${data.length}`) > 0);
  for (let at = 0; at < pack.length && reader.read(pack.subarray(at, at + size)); at += size);
  reader.end();
  return found;
}

describe("a pack", () => {
  const whole = Buffer.concat([OPENING, object(Buffer.alloc(1_000_000, "x")), object(Buffer.from("two"))]);

  test("is read the same in pieces of any size, and the smallest cost no more than moments", () => {
    expect(readIn(whole.length, whole)).toEqual(["commit 1000000", "commit 3"]);
    for (const size of [1, 7, 4096]) {
      let found: string[] = [];
      expect(timed(() => (found = readIn(size, whole)))).toBeLessThan(MOMENTS_MS);
      expect(found).toEqual(["commit 1000000", "commit 3"]);
    }
  });

  test("with an object that unpacks to more than it says, or with more than is ever needed, is read no further", () => {
    expect(readIn(64, Buffer.concat([OPENING, object(Buffer.alloc(10_000), 9_999)]))).toEqual([]);
    const many = Array.from({ length: 5000 }, () => object(Buffer.from("tiny")));
    expect(readIn(64, Buffer.concat([OPENING, ...many])).length).toBeLessThan(100);
    const heavy = Array.from({ length: 8 }, () => object(Buffer.alloc(1_000_000)));
    expect(readIn(65_536, Buffer.concat([OPENING, ...heavy])).length).toBeLessThan(5);
  });
});

describe("a commit", () => {
  const said = (text: string) => readCommit("c0ffee", Buffer.from(text), "https://git.example.com/x");

  test("whose author line would never end costs no more than moments", () => {
    const lines = ["<", "author x <", "> 1 "].map((part) => `author ${part.repeat(300_000)}\n\nMessage`);
    for (const line of lines) expect(timed(() => said(line))).toBeLessThan(MOMENTS_MS);
  });

  test("says what people can be shown and a database can keep: no NUL, no half character, no endless text", () => {
    const text = `author A\0da <ada@example.com> 1700000000 +0100\n\nOne\0Two${"😀".repeat(5000)}`;
    const { author, at, message } = said(text);
    expect([author, at]).toEqual(["Ada", "2023-11-14T22:13:20.000Z"]);
    expect(message).toMatch(/^OneTwo😀/u);
    expect(message.length).toBeLessThanOrEqual(4000);
    expect(message).not.toMatch(/\0|\p{Cs}/u);
  });
});

describe("a server", () => {
  let host: GitHost;
  beforeAll(async () => {
    host = await startGitHost();
  });
  afterAll(() => host.close());
  beforeEach(() => {
    host.before = null;
  });

  const grant = (): Grant => ({
    instance: { provider: "git", origin: host.origin, apiUrl: host.origin, caCertificate: host.ca },
    token: null,
  });

  test("offers no branch whose name is a page long, nor as the default", async () => {
    const id = "a".repeat(40);
    const long = `refs/heads/${"n".repeat(60_000)}`;
    host.before = (request, response) => {
      request.resume();
      const isListing = request.method === "POST";
      const kind = isListing ? "result" : "advertisement";
      response.writeHead(200, { "content-type": `application/x-git-upload-pack-${kind}` });
      const refs = [`${id} HEAD symref-target:${long}`, `${id} ${long}`, `${id} refs/heads/main`];
      const lines = isListing ? refs : ["version 2", "ls-refs"];
      response.end(`${lines.map(packet).join("")}0000`);
      return true;
    };
    const address = `${host.origin}/x`;
    expect(await git.source.findRepository(grant(), address)).toMatchObject({ defaultBranch: "main" });
    expect(await git.source.searchBranches(grant(), address, "")).toEqual([{ name: "main", commit: id }]);
  });

  describe("with more branches than can be listed", () => {
    const id = "a".repeat(40);
    /** What is asked for by these prefixes ends; anything else are refs until the other side has enough. */
    const ANSWERS: Record<string, string[]> = {
      HEAD: [`${id} HEAD symref-target:refs/heads/main`, `${id} refs/heads/main`],
      "refs/heads/release/1": [`${id} refs/heads/release/1`, `${id} refs/heads/release/1.1`],
    };
    const endless = (request: IncomingMessage, response: ServerResponse): boolean => {
      const isListing = request.method === "POST";
      const kind = isListing ? "result" : "advertisement";
      response.writeHead(200, { "content-type": `application/x-git-upload-pack-${kind}` });
      if (isListing) void text(request).then((asked) => list(asked, response));
      else response.end(`${packet("version 2")}${packet("ls-refs")}0000`);
      return true;
    };
    const list = (asked: string, response: ServerResponse): void => {
      const refs = Object.entries(ANSWERS).find(([prefix]) => asked.includes(`ref-prefix ${prefix}`))?.[1];
      if (refs) response.end(`${refs.map(packet).join("")}0000`);
      else pour(response);
    };
    const chunk = Array.from({ length: 1000 }, (_, i) =>
      packet(`${id} refs/heads/${"t".repeat(200)}${i}`),
    ).join("");
    const pour = (response: ServerResponse): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once("drain", () => pour(response));
    };

    test("is read, and a branch that is typed out is found; what is not is told in words", async () => {
      host.before = endless;
      const address = `${host.origin}/x`;
      expect(await git.authorization.test(grant(), address)).toMatchObject({
        outcome: "works",
        defaultBranch: "main",
        sentence: expect.stringMatching(/more than [\d,]+ branches/),
      });
      expect(await git.source.searchBranches(grant(), address, "release/1")).toEqual([
        { name: "release/1", commit: id },
        { name: "release/1.1", commit: id },
      ]);
      // As many as there may be, with the one that was typed among them.
      expect(await git.source.searchBranches(grant(), address, "t")).toHaveLength(BRANCHES_SHOWN + 1);
      await expect(git.source.searchBranches(grant(), address, "no such")).rejects.toMatchObject({
        reason: "too_many",
        message: expect.stringContaining("Type the beginning"),
      });
    }, 120_000);
  });

  test("that never ends saying what it can do is no Git server", async () => {
    host.before = (request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" });
      const lines = Array.from({ length: 50_000 }, (_, i) => packet(`able-to-${i}`)).join("");
      response.end(packet("version 2") + lines);
      return true;
    };
    expect(await git.authorization.test(grant(), `${host.origin}/x`)).toMatchObject({ reason: "not_git" });
  });
});

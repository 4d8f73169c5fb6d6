import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";
import type { StoredLogLine } from "@/db";
import { redactor } from "@/lib/log";
import { Secret } from "@/lib/secret";
import { openLog } from "@/worker/log-writer";

type Answer = "kept" | "full" | "lost";

function newLog({ maxBytes = 1e6, answer = "kept" as Answer, storeMs = 0 } = {}) {
  const stored: StoredLogLine[] = [];
  const batches: number[] = [];
  const log = openLog({
    append: async (lines) => {
      await new Promise((resolve) => setTimeout(resolve, storeMs));
      batches.push(lines.length);
      stored.push(...lines);
      return answer;
    },
    maxBytes,
    onError: (error) => {
      throw error;
    },
  });
  return { log, stored, batches, texts: () => stored.map((line) => line.text) };
}

test("lines keep their order, their stream and their colours", async () => {
  const { log, stored } = newLog();
  log.command("npm run build");
  await log.follow(Readable.from([Buffer.from("a\u001b[32mb\u001b[0m\nc"), Buffer.from("d\n\ne")]), "out");
  await log.follow(Readable.from([Buffer.from("oops")]), "err");
  await log.close();
  expect(stored.map((line) => [line.stream, line.text])).toEqual([
    ["cmd", "npm run build"],
    ["out", "a\u001b[32mb\u001b[0m"],
    ["out", "cd"],
    ["out", ""],
    ["out", "e"],
    ["err", "oops"],
  ]);
});

test("a character that is cut by a chunk, and bytes that are none, do no harm", async () => {
  const { log, texts } = newLog();
  const euro = Buffer.from("€\n");
  await log.follow(
    Readable.from([euro.subarray(0, 1), euro.subarray(1), Buffer.from([0xff, 0xfe, 10])]),
    "out",
  );
  await log.close();
  expect(texts()).toEqual(["€", "\ufffd\ufffd"]);
});

test("of a line that is drawn over, its last state stays", async () => {
  const { log, texts } = newLog();
  await log.follow(Readable.from([Buffer.from("10%\r50%\r100%\nwindows\r\n")]), "out");
  await log.close();
  expect(texts()).toEqual(["100%", "windows"]);
});

test("a secret is hidden, also across chunks", async () => {
  const secret = new Secret("gh-canary-0123456789");
  redactor.add(secret);
  const { log, texts } = newLog();
  await log.follow(Readable.from([Buffer.from("token gh-cana"), Buffer.from("ry-0123456789 end\n")]), "out");
  log.note(`note ${secret.reveal()}`);
  await log.close();
  redactor.remove(secret);
  expect(texts().join("\n")).not.toContain("canary");
  expect(texts()[0]).toMatch(/^token .* end$/);
});

test("lines are shown soon, without waiting for the end", async () => {
  const { log, texts } = newLog();
  const output = new PassThrough();
  const following = log.follow(output, "out");
  output.write("first\n");
  const deadline = Date.now() + 1000;
  while (texts().length === 0) {
    expect(Date.now()).toBeLessThan(deadline);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  output.end();
  await following;
  await log.close();
});

test("a full log says so once, and the build's output goes on being taken", async () => {
  const { log, texts } = newLog({ maxBytes: 20_000 });
  let given = 0;
  const much = Readable.from(
    (function* () {
      for (; given < 100; given += 1) yield Buffer.from(`${"x".repeat(999)}\n`);
    })(),
  );
  await log.follow(much, "out");
  await log.follow(Readable.from([Buffer.from("more\n")]), "err");
  log.note("the end");
  await log.close();
  expect(given).toBe(100);
  expect(texts().filter((text) => text.includes("The log is full"))).toHaveLength(1);
  expect(texts().at(-1)).toBe("the end");
  expect(Buffer.byteLength(texts().join("\n"))).toBeLessThan(20_000);
});

test("a store that is slow slows the output instead of filling the memory", async () => {
  const { log, batches } = newLog({ maxBytes: 1e8, storeMs: 20 });
  let given = 0;
  const much = Readable.from(
    (function* () {
      for (; given < 200; given += 1) yield Buffer.from(`${"x".repeat(64 * 1024 - 1)}\n`);
    })(),
  );
  const following = log.follow(much, "out");
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(given).toBeLessThan(60);
  await following;
  await log.close();
  expect(batches.length).toBeGreaterThan(50);
});

test("a very long line is cut into pieces that a page can show", async () => {
  const { log, texts } = newLog();
  await log.follow(Readable.from([Buffer.from(`${"😀".repeat(10_000)}\n`)]), "out");
  await log.close();
  expect(Math.max(...texts().map((text) => text.length))).toBeLessThanOrEqual(8192);
  expect(texts().join("").replaceAll("\ufffd", "").length).toBeGreaterThan(19_000);
});

test("when the lease is lost nothing more is stored", async () => {
  const { log, batches } = newLog({ answer: "lost" });
  log.note("one");
  await log.close();
  log.note("two");
  await log.close();
  expect(batches).toEqual([1]);
});

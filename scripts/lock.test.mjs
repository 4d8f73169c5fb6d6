import { fork } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { takeFile, takeLock } from "./supervisor/lock.mjs";

const HOLDER = `
const locks = await import(process.argv[2]);
process.send(await locks[process.argv[3]](process.argv[4], "web"));
setInterval(() => undefined, 1000);
`;

let folder;
let holders;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skytells-lock-"));
  writeFileSync(join(folder, "holder.mjs"), HOLDER);
  holders = [];
});

afterEach(async () => {
  await Promise.all(holders.map(kill));
  rmSync(folder, { recursive: true, force: true });
});

function kill(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  child.kill("SIGKILL");
  return new Promise((resolve) => child.once("exit", resolve));
}

async function hold(way) {
  const url = new URL("./supervisor/lock.mjs", import.meta.url).href;
  const child = fork(join(folder, "holder.mjs"), [url, way, folder]);
  holders.push(child);
  return { child, lock: await new Promise((resolve) => child.once("message", resolve)) };
}

describe.each([
  ["by the kernel", "takeLock", takeLock],
  ["by a file", "takeFile", takeFile],
])("the lock on a data folder, held %s", (_how, way, take) => {
  test("is had by one process, which is named to the next, and is free when that was killed", async () => {
    const { child, lock } = await hold(way);
    expect(lock.isHeld).toBe(true);
    expect(await take(folder, "web")).toMatchObject({ isHeld: false, pid: child.pid });
    await kill(child);
    const next = await take(folder, "web");
    expect(next.isHeld).toBe(true);
    next.release();
  });

  test("is had by exactly one of many that ask at once", async () => {
    const asked = await Promise.all(Array.from({ length: 6 }, () => hold(way)));
    expect(asked.filter(({ lock }) => lock.isHeld)).toHaveLength(1);
  });

  test("is another one for each role", async () => {
    const locks = [await take(folder, "web"), await take(folder, "worker")];
    expect(locks.map((lock) => lock.isHeld)).toEqual([true, true]);
    for (const lock of locks) lock.release();
  });
});

test("a link to a data folder is that data folder", async () => {
  const other = `${folder}-link`;
  symlinkSync(folder, other);
  const first = await takeLock(folder, "web");
  expect(await takeLock(other, "web")).toMatchObject({ isHeld: false });
  first.release();
  rmSync(other);
});

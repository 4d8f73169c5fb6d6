import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { newId } from "@/db";
import { DeploymentFailure } from "@/worker/failure";
import { copyOutput } from "@/worker/publish";
import { publish, removeSite, removeUnpublished, sitePath } from "@/worker/site-folder";

const folder = mkdtempSync(join(tmpdir(), "skytells-publish-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function newFolder(files: Record<string, string> = {}): string {
  count += 1;
  const made = join(folder, `folder-${count}`);
  mkdirSync(made);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(made, path)), { recursive: true });
    writeFileSync(join(made, path), content);
  }
  return made;
}

const outputOf = (checkout: string, directory: string, maxBytes = 1e9) => ({
  ...{ checkout, folder: directory, label: directory, maxBytes },
});

async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DeploymentFailure)) throw error ?? new Error("It did not fail.");
  return error.outcome.reason;
}

const list = (path: string): string[] =>
  execFileSync("find", [".", "-type", "f"], { cwd: path, encoding: "utf8" })
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.slice(2))
    .sort();

test("the output is copied without what is hidden", async () => {
  const checkout = newFolder({
    "out/index.html": "1",
    "out/a/b.css": "2",
    "out/.env": "hidden",
    "out/.git/config": "hidden",
    "out/.well-known/x": "3",
    "src/x": "no",
  });
  const target = newFolder();
  const copied = await copyOutput(outputOf(checkout, "out"), target);
  expect(copied).toEqual({ files: 3, bytes: 3, hidden: 2, broken: [] });
  expect(list(target)).toEqual([".well-known/x", "a/b.css", "index.html"]);
});

test("a link inside the checkout is copied as what it points to, a loop and a broken one are left out", async () => {
  const checkout = newFolder({ "out/index.html": "1", "shared/logo.svg": "logo", "out/a/x": "x" });
  symlinkSync("../shared/logo.svg", join(checkout, "out/logo.svg"));
  symlinkSync("../shared", join(checkout, "out/shared"));
  symlinkSync("..", join(checkout, "out/a/up"));
  symlinkSync("nowhere", join(checkout, "out/broken"));
  const target = newFolder();
  const copied = await copyOutput(outputOf(checkout, "out"), target);
  expect(list(target)).toEqual(["a/x", "index.html", "logo.svg", "shared/logo.svg"]);
  expect(copied.broken.sort()).toEqual(["out/a/up", "out/broken"]);
});

test("a link that leads out of the checkout is refused, wherever it stands", async () => {
  const outside = newFolder({ secret: "canary" });
  const targets = [outside, join(outside, "secret"), "/etc/passwd", "../../../../etc", "/nowhere/at/all"];
  for (const target of targets) {
    const checkout = newFolder({ "out/index.html": "1" });
    symlinkSync(target, join(checkout, "out/link"));
    expect(await reasonOf(copyOutput(outputOf(checkout, "out"), newFolder()))).toBe("output_outside");
  }
  const viaFolder = newFolder({ "out/index.html": "1" });
  symlinkSync("..", join(viaFolder, "mid"));
  symlinkSync("../mid/..", join(viaFolder, "out/link"));
  expect(await reasonOf(copyOutput(outputOf(viaFolder, "out"), newFolder()))).toBe("output_outside");
});

test("an output directory that is outside, missing, a file or empty is refused", async () => {
  const checkout = newFolder({ file: "1", "empty/.keep": "" });
  symlinkSync(newFolder({ x: "1" }), join(checkout, "away"));
  const reason = (directory: string) => reasonOf(copyOutput(outputOf(checkout, directory), newFolder()));
  expect(await reason("..")).toBe("output_outside");
  expect(await reason("../elsewhere")).toBe("output_outside");
  expect(await reason("away")).toBe("output_outside");
  expect(await reason("dist")).toBe("output_missing");
  expect(await reason("file")).toBe("output_missing");
  expect(await reason("empty")).toBe("output_empty");
});

test("a pipe is refused instead of being waited for", async () => {
  const checkout = newFolder({ "out/index.html": "1" });
  execFileSync("mkfifo", [join(checkout, "out/pipe")]);
  expect(await reasonOf(copyOutput(outputOf(checkout, "out"), newFolder()))).toBe("output_special");
});

test("what is larger than allowed is refused, sparse or not", async () => {
  const checkout = newFolder({ "out/a": "x".repeat(600), "out/b": "x".repeat(600) });
  expect(await reasonOf(copyOutput(outputOf(checkout, "out", 1000), newFolder()))).toBe("output_too_large");
  execFileSync("truncate", ["--size=1T", join(checkout, "out/sparse")]);
  expect(await reasonOf(copyOutput(outputOf(checkout, "out", 1e9), newFolder()))).toBe("output_too_large");
});

const fill = (content: string) => async (target: string) => {
  writeFileSync(join(target, "index.html"), content);
  return content;
};
const yes = async () => true;

test("a site appears whole, under its deployment's id", async () => {
  const sites = newFolder();
  const id = newId("dep");
  await publish(sites, id, fill("one"), yes);
  expect(readFileSync(join(sitePath(sites, id), "index.html"), "utf8")).toBe("one");
  expect(readdirSync(sites)).toEqual([id]);
});

test("what fails half-way leaves nothing, and what was published stays", async () => {
  const sites = newFolder();
  const id = newId("dep");
  await publish(sites, id, fill("one"), yes);
  const failing = publish(
    sites,
    newId("dep"),
    async (target) => {
      writeFileSync(join(target, "half"), "1");
      throw new Error("half-way");
    },
    yes,
  );
  await expect(failing).rejects.toThrow("half-way");
  await publish(sites, newId("dep"), fill("two"), async () => false);
  expect(readdirSync(sites)).toEqual([id]);
});

test("what is in place under an id is never replaced", async () => {
  const sites = newFolder();
  const id = newId("dep");
  await publish(sites, id, fill("one"), yes);
  await publish(sites, id, fill("two"), yes);
  expect(readFileSync(join(sitePath(sites, id), "index.html"), "utf8")).toBe("one");
});

test("leftovers of a killed worker are removed, published sites are not", async () => {
  const sites = newFolder();
  const id = newId("dep");
  await publish(sites, id, fill("one"), yes);
  const stuck = publish(sites, newId("dep"), () => new Promise(() => undefined), yes);
  stuck.catch(() => undefined);
  while (readdirSync(sites).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await removeUnpublished(sites);
  expect(readdirSync(sites)).toEqual([id]);
});

test("an id that is none is no path", () => {
  expect(() => sitePath("/sites", "../../etc")).toThrow("names no deployment");
  expect(() => sitePath("/sites", "")).toThrow("names no deployment");
});

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)("a full disk is told as that, and leaves neither a part nor a loss", async () => {
  const sites = newFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", sites]);
  try {
    const id = newId("dep");
    await publish(sites, id, fill("one"), yes);
    const checkout = newFolder({ "out/large": "x".repeat(2_000_000) });
    const full = publish(sites, newId("dep"), (target) => copyOutput(outputOf(checkout, "out"), target), yes);
    expect(await reasonOf(full)).toBe("no_space");
    expect(readdirSync(sites)).toEqual([id]);
    expect(existsSync(join(sitePath(sites, id), "index.html"))).toBe(true);
  } finally {
    execFileSync("umount", [sites]);
  }
});

test("a site that is removed is complete in its place until it is gone from there", async () => {
  const sites = newFolder();
  const id = newId("dep");
  const names = Array.from({ length: 500 }, (_, index) => `page-${index}`);
  for (const name of names) {
    mkdirSync(join(sitePath(sites, id), name), { recursive: true });
    writeFileSync(join(sitePath(sites, id), name, "index.html"), "");
  }
  let isRemoved = false;
  const removing = removeSite(sites, id).finally(() => {
    isRemoved = true;
  });
  const seen = new Set<number>();
  while (!isRemoved) {
    seen.add(existsSync(sitePath(sites, id)) ? readdirSync(sitePath(sites, id)).length : 0);
    await new Promise(setImmediate);
  }
  await removing;
  expect([...seen].filter((files) => files !== names.length && files !== 0)).toEqual([]);
  expect(readdirSync(sites)).toEqual([]);
  await removeSite(sites, id);
});

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleFile } from "@/lib/testing/bundle";

const SECRET = 'p"ss\\wörd-0123456789';
const PROGRAM = `
import { log, redactor, reportUnexpected } from "@/lib/log";
import { Secret } from "@/lib/secret";
const secret = new Secret(${JSON.stringify(SECRET)});
redactor.add(secret);
log.info({ secret, nested: { list: [secret] } }, "an object");
log.info({ value: secret.reveal(), basic: Buffer.from("x:" + secret.reveal()).toString("base64") }, "with " + secret.reveal());
log.child({ note: secret.reveal() }).warn("a child");
log.info({ header: "Authorization: Bearer gho_0123456789abcdefghij" }, "a shape");
const query = new Error("Failed query: select 1\\nparams: ada@example.com,hash", { cause: Object.assign(new Error("boom " + secret.reveal()), { code: "23505" }) });
console.log(JSON.stringify({ id: reportUnexpected(query, "test") }));
reportUnexpected("no error at all", "test");
log.debug("not at this level");
`;

let folder: string;
let lines: Record<string, unknown>[];
let output: string;

beforeAll(async () => {
  mkdirSync(".test", { recursive: true });
  folder = mkdtempSync(".test/log-");
  writeFileSync(join(folder, "program.ts"), PROGRAM);
  const bundle = await bundleFile(join(folder, "program.ts"), folder);
  output = spawnSync(process.execPath, [pathToFileURL(bundle).pathname], {
    env: { ...process.env, LOG_LEVEL: "info" },
    encoding: "utf8",
  }).stdout;
  lines = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the log", () => {
  test("is one JSON object a line, with time and level", () => {
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatchObject({
      level: "info",
      msg: "an object",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test("shows no known secret: not in a message, not in a field, not of a child, not in an error or its cause", () => {
    for (const form of [SECRET, JSON.stringify(SECRET).slice(1, -1), Buffer.from(SECRET).toString("hex")]) {
      expect(output).not.toContain(form);
    }
    expect(lines[0]).toMatchObject({ secret: {}, nested: { list: [{}] } });
    expect(lines[1]).toMatchObject({ value: "[secret]", basic: "[secret]", msg: "with [secret]" });
    expect(lines[2]).toMatchObject({ note: "[secret]", level: "warn" });
    expect(lines[3]).toMatchObject({ header: "Authorization: Bearer [secret]" });
  });

  test("has an unexpected error under the id that was given out, with its causes, without a statement's parameters", () => {
    const reported = lines.find((line) => line.msg === "unexpected error");
    const given = lines.find((line) => "id" in line);
    expect(given?.id).toMatch(/^[0-9a-f]{10}$/);
    expect(reported).toMatchObject({
      errorId: given?.id,
      where: "test",
      err: {
        type: "Error",
        message: "Failed query: select 1\nparams: …",
        cause: { code: "23505", message: "boom [secret]" },
      },
    });
    expect(output).not.toContain("ada@example.com");
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "@/lib/secret";
import { answerQuestions, helperSetting, writeCredentialHelper } from "@/worker/credential-helper";
import { start } from "@/worker/exec";
import { sendsBearer } from "@/worker/git";

const folder = mkdtempSync(join(tmpdir(), "skytells helper's "));
let helper = "";
beforeAll(async () => {
  helper = await writeCredentialHelper(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = 'gho_ it\'s $HOME `x` \\n 100% "quoted"';
const URL_ASKED = "https://git.example:8443/team/gr%C3%B6%C3%9Fe.git";

/** Asks the questions one after the other through real helpers on one descriptor, as git does; null for no answer. */
async function ask(questions: readonly string[], user = "x-access-token"): Promise<(string | null)[]> {
  const one = (index: number) => `printf '%s\\n\\n' "$${index + 2}" | "$1" get; echo ---`;
  const asking = await start(
    ["sh", "-c", questions.map((_, i) => one(i)).join("; "), "sh", helper, ...questions],
    {
      env: { PATH: "/usr/bin:/bin" },
      descriptors: 1,
    },
  );
  const [descriptor] = asking.descriptors;
  if (descriptor) answerQuestions(descriptor, URL_ASKED, user, new Secret(SECRET));
  let said = "";
  asking.output.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  await asking.ended;
  return said
    .split("---\n")
    .slice(0, -1)
    .map((answer) => answer || null);
}

const question = (values: Record<string, string> = {}) =>
  Object.entries({ protocol: "https", host: "git.example:8443", path: "team/größe.git", ...values })
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");

test("the question about exactly this address is answered, whatever characters a name and a token have", async () => {
  for (const user of ["x-access-token", "ada@example.com", "björk 100%"]) {
    expect(await ask([question()], user)).toEqual([`username=${user}\npassword=${SECRET}\n`]);
  }
});

test("a token without a name is given as a Bearer token, to a git that can send one and to no other", async () => {
  // What git 2.46 and newer ask with [git-credential, "capability"].
  const able = `capability[]=authtype\ncapability[]=state\n${question()}\nwwwauth[]=Bearer realm="x"`;
  expect(await ask([able], "")).toEqual([`capability[]=authtype\nauthtype=Bearer\ncredential=${SECRET}\n`]);
  expect(await ask([question()], "")).toEqual([null]);
  expect(await ask([able.replace("git.example", "evil.example")], "")).toEqual([null]);
  expect(await ask([able], "ada")).toEqual([`username=ada\npassword=${SECRET}\n`]);
});

test.each([
  ["2.45.2", false],
  ["2.46.0", true],
  ["3.0", true],
  ["1.99", false],
  [null, false],
])("git %s can send a token without a name: %s", (version, isAble) => {
  expect(sendsBearer(version)).toBe(isAble);
});

test("git itself calls it, from a folder with spaces and quotes", async () => {
  const git = await start(
    [
      "git",
      "-c",
      "credential.helper=",
      "-c",
      helperSetting(helper),
      "-c",
      "credential.useHttpPath=true",
      "credential",
      "fill",
    ],
    {
      env: { PATH: "/usr/bin:/bin", GIT_TERMINAL_PROMPT: "0", HOME: "/nonexistent" },
      descriptors: 1,
      hasInput: true,
    },
  );
  const [descriptor] = git.descriptors;
  if (descriptor) answerQuestions(descriptor, URL_ASKED, "ada", new Secret(SECRET));
  git.input?.end(`${question()}\n\n`);
  let said = "";
  git.output.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  await git.ended;
  expect(said).toContain(`username=ada\npassword=${SECRET}\n`);
});

test("any other question gets no answer, and neither does the next one", async () => {
  const others = [
    question({ host: "evil.example" }),
    question({ host: "git.example" }),
    question({ protocol: "http" }),
    question({ path: "team/other.git" }),
    question({ path: "team/größe.git/../other.git" }),
    question({ username: "somebody" }),
    "protocol=https\nhost=git.example:8443",
    `${question()}\nhost=evil.example`,
    "Password for 'https://git.example:8443': ",
    "",
  ];
  for (const other of others) expect([other, await ask([other, question()])]).toEqual([other, [null, null]]);
});

test("a question is answered twice at most", async () => {
  const answers = await ask([question(), question({ username: "x-access-token" }), question()]);
  expect(answers.map((answer) => answer !== null)).toEqual([true, true, false]);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "@/lib/secret";
import { answerPrompts, writeAskpass } from "@/worker/askpass";
import { start } from "@/worker/exec";

const folder = mkdtempSync(join(tmpdir(), "skytells-askpass-"));
let helper = "";
beforeAll(async () => {
  helper = await writeAskpass(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = 'gho_ it\'s $HOME `x` \\n 100% "quoted"';
const ORIGIN = "https://git.example:8443";

/** Asks the questions one after the other through real helpers on one descriptor, as git does; null for no answer. */
async function ask(questions: readonly string[], user = "x-access-token"): Promise<(string | null)[]> {
  const script = questions.map((_, index) => `"$1" "$${index + 2}" || echo none`).join("; ");
  const asking = await start(["sh", "-c", script, "sh", helper, ...questions], {
    env: { PATH: "/usr/bin:/bin" },
    descriptors: 1,
  });
  const [descriptor] = asking.descriptors;
  if (descriptor) answerPrompts(descriptor, ORIGIN, user, new Secret(SECRET));
  let said = "";
  asking.output.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  await asking.ended;
  return said
    .trimEnd()
    .split("\n")
    .map((line) => (line === "none" ? null : line));
}

const USERNAME = `Username for '${ORIGIN}': `;
const PASSWORD = "Password for 'https://x-access-token@git.example:8443': ";

test("the exact questions are answered, whatever characters a token has", async () => {
  expect(await ask([USERNAME, PASSWORD])).toEqual(["x-access-token", SECRET]);
});

test("a user is known with and without percent-encoding", async () => {
  const [plain, encoded] = ["ada@example.com", "ada%40example.com"];
  const question = (user: string) => `Password for 'https://${user}@git.example:8443': `;
  expect(await ask([question(plain), question(encoded)], plain)).toEqual([SECRET, SECRET]);
});

test("any other question gets no answer, and neither does the next one", async () => {
  const others = [
    "Password for 'https://x-access-token@evil.example': ",
    "Password for 'https://x-access-token@git.example': ",
    "Password for 'http://x-access-token@git.example:8443': ",
    "Password for 'https://other@git.example:8443': ",
    `${PASSWORD} `,
    "Enter passphrase for key: ",
    "",
  ];
  for (const question of others)
    expect([question, await ask([question, PASSWORD])]).toEqual([question, [null, null]]);
});

test("a question is answered twice at most", async () => {
  expect(await ask([PASSWORD, PASSWORD, PASSWORD])).toEqual([SECRET, SECRET, null]);
});

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bundleFile } from "@/lib/testing/bundle";
import { useTestDatabase } from "@/lib/testing/database";

const database = useTestDatabase();

const PROGRAM = `
import { boot, firstRunLink } from "@/server/boot";
try {
  const answer = await boot({ dataDir: process.env.DATA_DIR });
  console.log(JSON.stringify({ ...answer, link: await firstRunLink() }));
  process.exit(0);
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
  process.exit(1);
}
`;

type Said = { masterKeyFile?: string | null; link?: string | null; error?: string };

let folder: string;
let bundle: string;
let dataDir: string;
let url: string;

beforeAll(async () => {
  mkdirSync(".test", { recursive: true });
  folder = mkdtempSync(".test/boot-");
  writeFileSync(join(folder, "program.ts"), PROGRAM);
  bundle = await bundleFile(join(folder, "program.ts"), folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An empty database of the test's own, not even migrated. */
beforeEach(async () => {
  dataDir = mkdtempSync(join(folder, "data-"));
  const name = `boot_${randomBytes(6).toString("hex")}`;
  await query(database.url(), `create database ${name}`);
  url = database.url().replace(/\/test_[0-9a-f]+/, `/${name}`);
});

async function query<Row extends pg.QueryResultRow>(connectionString: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

function boot(settings: Record<string, string> = {}): Promise<Said> {
  const own = { DATABASE_URL: url, DATA_DIR: dataDir, MASTER_KEY_FILE: "", LOG_LEVEL: "silent", ...settings };
  const child = spawn(process.execPath, [bundle], {
    env: { ...process.env, ...own },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  return new Promise((resolve, reject) =>
    child.on("close", () => {
      try {
        resolve(JSON.parse(out) as Said);
      } catch (error) {
        reject(error);
      }
    }),
  );
}

// Every start is a process of its own.
describe("the start", { timeout: 120_000 }, () => {
  test("migrates an empty database, makes keys, knows GitHub, and says where the first owner is made", async () => {
    const { masterKeyFile, link } = await boot();
    expect(masterKeyFile).toBe(join(process.cwd(), dataDir, "master.key"));
    expect(statSync(masterKeyFile ?? "").mode & 0o777).toBe(0o600);
    expect(link).toMatch(/^http:\/\/localhost:3000\/setup\?token=[A-Za-z0-9_-]{43}$/);
    expect(await query(url, "select purpose from data_keys order by purpose")).toEqual([
      { purpose: "audit" },
      { purpose: "instance" },
      { purpose: "session" },
    ]);
    expect(await query(url, "select provider, origin from provider_instances")).toEqual([
      { provider: "github", origin: "https://github.com" },
    ]);
  });

  test("is the same the second time, and keeps the client that the environment names", async () => {
    const client = {
      GITHUB_CLIENT_ID: "Iv1.0123456789",
      GITHUB_CLIENT_SECRET: "0123456789abcdef0123456789abcdef",
    };
    const first = await boot(client);
    const key = readFileSync(first.masterKeyFile ?? "", "utf8");
    const [sealed] = await query<{ client_secret_sealed: string }>(
      url,
      "select client_secret_sealed from provider_instances",
    );
    expect(sealed?.client_secret_sealed).toMatch(/^v1\.dek_/);
    expect(await boot(client)).toMatchObject({ masterKeyFile: first.masterKeyFile });
    expect(readFileSync(first.masterKeyFile ?? "", "utf8")).toBe(key);
    expect(await query(url, "select client_secret_sealed from provider_instances")).toEqual([sealed]);
  });

  test("of three machines at once prepares one database, and gives all of them a way in or a reason", async () => {
    const text = randomBytes(32).toString("base64");
    const all = await Promise.all([1, 2, 3].map(() => boot({ MASTER_KEY: text })));
    for (const said of all)
      expect(said).toMatchObject({ masterKeyFile: null, link: expect.stringContaining("/setup?token=") });
    expect(await query(url, "select count(*)::int as n from data_keys")).toEqual([{ n: 3 }]);
  });

  test("has no set-up link once somebody exists", async () => {
    await boot();
    await query(url, "insert into users (id, email, name) values ('usr_1', 'ada@example.com', 'Ada')");
    expect((await boot()).link).toBeNull();
  });

  test("stops without the master key, and names the one it wants", async () => {
    const { masterKeyFile } = await boot();
    const [row] = await query<{ f: string }>(url, "select distinct master_fingerprint as f from data_keys");
    rmSync(masterKeyFile ?? "");
    expect((await boot()).error).toContain(`wrapped by ${row?.f}`);
    expect((await boot({ MASTER_KEY: randomBytes(32).toString("base64") })).error).toContain(`${row?.f}`);
  });

  test("stops in words when the database cannot be reached, without showing its address", async () => {
    const { error } = await boot({ DATABASE_URL: "postgres://console:hunter22@127.0.0.1:1/console" });
    expect(error).toBe("The database of DATABASE_URL cannot be used: ECONNREFUSED.");
  });
});

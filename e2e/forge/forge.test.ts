import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { connectAdmin, startForge } from "@/e2e/forge";
import { cloneUrl, git } from "@/e2e/forge/testing/start";

// Whole processes with the demo in them: seconds on a quiet machine, more on a busy one.
vi.setConfig({ testTimeout: 90_000 });

let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "forge-process-"));
  await build({
    entryPoints: [fileURLToPath(new URL("./main.ts", import.meta.url))],
    outfile: join(folder, "forge.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    tsconfig: fileURLToPath(new URL("../../tsconfig.json", import.meta.url)),
    logLevel: "error",
  });
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Ready {
  url: string;
  apiUrl: string;
  registryUrl: string;
}

async function start(data: string, ...more: string[]): Promise<{ child: ChildProcess; ready: Ready }> {
  const args = [join(folder, "forge.mjs"), "--data", join(folder, data), "--seed", "demo", ...more];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    child.once("exit", (code) => reject(new Error(`the forge ended with ${code}`)));
  });
  return { child, ready: JSON.parse(line) as Ready };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

describe("in a process of its own", () => {
  it("what was answered survives kill -9 and a start on the same ports", async () => {
    const secretFile = join(folder, "secret");
    writeFileSync(secretFile, "a-demo-secret\n");
    const client = ["--client-id", "console", "--client-secret-file", secretFile];
    const callback = ["--redirect-uri", "http://localhost:1/callback"];
    const first = await start("kept", ...client, ...callback);
    const admin = connectAdmin(first.ready.url);
    const { token } = await admin.issueToken("octocat", ["repo"], "console");
    const sha = await admin.commitFiles("tidepool/private-notes", "main", {
      "kept.txt": Buffer.from("kept\n"),
    });
    const dead = ended(first.child);
    first.child.kill("SIGKILL");
    await dead;

    const ports = [
      "--port",
      new URL(first.ready.url).port,
      "--registry-port",
      new URL(first.ready.registryUrl).port,
    ];
    const second = await start("kept", ...ports, ...client, ...callback);
    expect(second.ready).toEqual(first.ready);
    const again = connectAdmin(second.ready.url);
    expect(await again.headOf("tidepool/private-notes")).toBe(sha);
    expect((await again.tokens({ active: true })).map((one) => one.token)).toContain(token);
    expect(await again.issuedSecrets()).toContainEqual({ kind: "client_secret", value: "a-demo-secret" });
    const url = `${second.ready.url.replace("//", `//x:${token}@`)}/tidepool/private-notes.git`;
    expect(await git(folder, "ls-remote", url)).toContain(sha);

    const stopped = ended(second.child);
    const asked = performance.now();
    second.child.kill("SIGTERM");
    expect(await stopped).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);
  });

  it("says what is wrong with its arguments", async () => {
    await expect(start("wrong", "--port", "ninety")).rejects.toThrow(/ended with 1/);
  });
});

describe("the admin over HTTP", () => {
  it("does what the admin in the process does, and refuses wrong input in words", async () => {
    const forge = await startForge({ dataDir: join(folder, "http") });
    try {
      const admin = connectAdmin(forge.url);
      await admin.createUser({ login: "ada" });
      const created = await admin.createRepository({ owner: "ada", name: "one", files: { "a.txt": "1" } });
      expect(created).toEqual(await forge.admin.repository("ada/one"));
      await expect(admin.createUser({ login: "ada" })).rejects.toThrow(/taken/);
      await expect(admin.commitFiles("ada/none", "main", {})).rejects.toThrow(/no repository "ada\/none"/);
      const unknown = await fetch(`${forge.url}/-/forge/noSuchThing`, { method: "POST", body: "[]" });
      expect(unknown.status).toBe(404);
      const order = { match: { path: "/api/v3/meta" }, action: { kind: "status", status: 500 } };
      await fetch(`${forge.url}/-/forge/faults`, { method: "POST", body: JSON.stringify(order) });
      expect((await fetch(`${forge.apiUrl}/meta`)).status).toBe(500);
      expect(await admin.faults()).toHaveLength(1);
      await fetch(`${forge.url}/-/forge/faults`, { method: "DELETE" });
      expect(await forge.admin.faults()).toEqual([]);
      expect(await git(folder, "ls-remote", cloneUrl(forge, "ada/one"))).toContain("refs/heads/main");
    } finally {
      await forge.close();
    }
  });

  it("is closed to pages and to other host names", async () => {
    const forge = await startForge({ dataDir: join(folder, "closed") });
    try {
      const page = await fetch(`${forge.url}/-/forge/tokens`, {
        headers: { origin: "http://localhost:3000" },
      });
      expect(page.status).toBe(403);
    } finally {
      await forge.close();
    }
  });

  it("logs requests without their secrets", async () => {
    const forge = await startForge({ dataDir: join(folder, "log") });
    try {
      await forge.admin.createUser({ login: "ada" });
      const { token, fingerprint } = await forge.admin.issueToken("ada");
      await fetch(`${forge.apiUrl}/user?access_token=${token}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const [request] = await forge.admin.requests({ path: "/api/v3/user" });
      expect(request).toMatchObject({
        method: "GET",
        auth: "bearer",
        tokenFingerprint: fingerprint,
        status: 200,
      });
      expect(JSON.stringify(request)).not.toContain(token);
    } finally {
      await forge.close();
    }
  });
});

it("every page can be read by a person, and what is hostile in it is text", async () => {
  const forge = await startForge({ dataDir: join(folder, "pages"), seed: "demo" });
  try {
    await forge.admin.createRepository({
      owner: "mona",
      name: "odd",
      description: "<img src=x onerror=alert(1)>",
    });
    const sha = await forge.admin.commitFiles(
      "mona/odd",
      "main",
      { "<b>.txt": "1" },
      { message: "<script>x</script>" },
    );
    const { clientId } = await forge.admin.registerClient({ callback: "http://localhost/cb" });
    const paths = [
      "/",
      "/mona/odd",
      `/mona/odd/commit/${sha}`,
      `/settings/connections/applications/${clientId}`,
    ];
    for (const path of paths) {
      const answer = await fetch(forge.url + path);
      const page = await answer.text();
      expect([answer.status, page.includes("<h1>")]).toEqual([200, true]);
      expect(page).not.toMatch(/<script|<img/);
    }
    expect((await fetch(`${forge.url}/nobody/nothing`)).status).toBe(404);
    expect((await fetch(`${forge.url}/%E0%A4%A`)).status).toBe(404);
  } finally {
    await forge.close();
  }
});

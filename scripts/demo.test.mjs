import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startForge } from "@/e2e/forge";
import { environmentInstanceId } from "@/lib/instances/instance-id";
import { describeDemo } from "./demo/block.mjs";
import { addresses } from "./demo/settings.mjs";

const ports = { console: 3000, sites: 4000, forge: 4100, registry: 4101, gitlab: 4102 };

test("the first address on localhost that the demo prints is the console's", () => {
  const text = describeDemo({
    ...addresses(ports),
    link: "http://localhost:3000/sign-in/link?token=a",
    ports,
  });
  expect(text.match(/http:\/\/localhost:\d+\S*/)?.[0]).toBe("http://localhost:3000");
  expect(text).toContain("git clone ");
  expect(text).toContain("git push");
  expect(text).toContain("https://127.0.0.1:4102/octocat/hello-static.git");
});

test("what the demo says of its other Git host opens it, after a restart too", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "skytells-demo-"));
  const start = () => startForge({ dataDir, seed: "demo", plain: { gitlab: 0 } });
  await (await start()).close();
  const forge = await start();
  const text = describeDemo({ ...addresses(ports), link: "", ports });
  const [, token] = /Token\s+(\S+)/.exec(text) ?? [];
  const [, user] = /User name\s+(\S+)/.exec(text) ?? [];
  const url = await forge.admin.hostCloneUrl("gitlab", "octocat/hello-static");
  const trusted = ["-c", `http.sslCAInfo=${join(dataDir, "authority.pem")}`];
  const asked = [...trusted, "ls-remote", url.replace("//", `//${user}:${token}@`)];
  const { stdout } = await promisify(execFile)("git", asked, { env: { PATH: process.env.PATH } });
  expect(stdout).toContain("refs/heads/main");
  await forge.close();
  rmSync(dataDir, { recursive: true });
});

test("the demo registers the callback that the console will use", () => {
  const { forgeUrl, callbackUrl } = addresses(ports);
  const id = environmentInstanceId("github", forgeUrl);
  expect(callbackUrl).toBe(`http://localhost:3000/api/integrations/${id}/callback`);
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useWorkbench } from "@/lib/testing/workbench";

const bench = useWorkbench();

const siteFolder = (id: string) => join(bench.database.dataDir(), "sites", id);

test("a plain site is checked out, published and live", async () => {
  const app = await bench.addApp({ "index.html": "<h1>one</h1>", "about/team.html": "us", ".env": "secret" });
  const row = await bench.untilEnded(app.deploymentId);
  expect(row.sentence).toBeNull();
  expect(row.status).toBe("ready");
  expect(row.artifactFiles).toBe(2);
  expect(await bench.liveOf(app.id)).toBe(app.deploymentId);
  expect(readFileSync(join(siteFolder(app.deploymentId), "about/team.html"), "utf8")).toBe("us");
  expect(readdirSync(siteFolder(app.deploymentId)).sort()).toEqual(["about", "index.html"]);
});

test("a build runs in the root directory and its output is published", async () => {
  const app = await bench.addApp(
    {
      "web/make.sh": "mkdir -p out && echo built > out/index.html && ln -s index.html out/home.html",
      x: "1",
    },
    { rootDirectory: "web", buildCommand: "sh make.sh", outputDirectory: "out" },
  );
  const row = await bench.untilEnded(app.deploymentId);
  expect(row.sentence).toBeNull();
  expect(row.status).toBe("ready");
  expect(readFileSync(join(siteFolder(app.deploymentId), "home.html"), "utf8")).toBe("built\n");
  expect(existsSync(join(bench.database.dataDir(), "builds", app.deploymentId))).toBe(false);
  expect(await bench.log(app.deploymentId)).toContain("sh make.sh");
});

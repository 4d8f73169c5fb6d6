import { expect, test } from "vitest";
import { useWorkbench } from "@/lib/testing/workbench";

const bench = useWorkbench();
const GIBIBYTE = 1024 ** 3;

test("a gigabyte of output neither grows the worker's memory nor takes longer than printing it", async () => {
  let most = 0;
  const looking = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 50);
  const before = process.memoryUsage().rss;
  const command = `yes 'a line of some forty characters, as builds do' | head -c ${GIBIBYTE}; yes | tr -d '\\n' | head -c ${GIBIBYTE}`;
  const app = await bench.addApp({ "index.html": "1" }, { buildCommand: command });
  const began = Date.now();
  const row = await bench.until(app.deploymentId, (now) => now.finishedAt !== null, 150_000);
  clearInterval(looking);
  expect([row.status, row.sentence]).toEqual(["ready", null]);
  expect(row.logBytes).toBeLessThanOrEqual(16 * 1024 ** 2 + 100_000);
  expect(most - before).toBeLessThan(300 * 1024 ** 2);
  expect(Date.now() - began).toBeLessThan(120_000);
}, 180_000);

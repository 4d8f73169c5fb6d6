import { describe, expect, test } from "vitest";
import type { StoredLogLine } from "@/db/schema";
import { claimDeployment } from "@/lib/deployments/claim";
import { finishDeployment } from "@/lib/deployments/finish";
import { appendLog } from "@/lib/deployments/log";
import { downloadLog, logFileName, readLog } from "@/lib/deployments/read-log";
import { env } from "@/lib/env";
import { useTestDatabase } from "@/lib/testing/database";
import { addSite, queue } from "@/lib/testing/factories";

useTestDatabase();

const line = (text: string, at = 0): StoredLogLine => ({ at, stream: "out", text });
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => line(`line ${from + n}`));

async function building() {
  const site = await addSite();
  await queue(site);
  const claimed = await claimDeployment("worker 1", 60);
  if (!claimed) throw new Error("Nothing was due.");
  return { ctx: site.ctx, id: claimed.id, token: claimed.leaseToken };
}

describe("a log", () => {
  test("numbers its lines without gaps across chunks and is read from any line on", async () => {
    const { ctx, id, token } = await building();
    await appendLog(id, token, lines(1, 3));
    await appendLog(id, token, lines(4, 4));
    await appendLog(id, token, lines(5, 9));
    for (let after = 0; after <= 9; after += 1) {
      const page = await readLog(ctx, id, { after });
      expect(page.lines.map(({ n, text }) => `${n} ${text}`)).toEqual(
        Array.from({ length: 9 - after }, (_, n) => `${after + n + 1} line ${after + n + 1}`),
      );
      expect(page).toMatchObject({ nextAfter: 9, hasMore: false, isEnded: false });
    }
  });

  test("comes in pages and says when there is no more to come", async () => {
    const { ctx, id, token } = await building();
    for (let from = 1; from <= 5000; from += 100) await appendLog(id, token, lines(from, from + 99));
    await finishDeployment(id, token, { kind: "ready", files: 1, bytes: 1 });
    let after = 0;
    const seen: number[] = [];
    for (let page = await readLog(ctx, id, { after }); ; page = await readLog(ctx, id, { after })) {
      seen.push(...page.lines.map(({ n }) => n));
      after = page.nextAfter;
      expect(page.lines.length).toBeLessThanOrEqual(2000);
      expect(page.isEnded).toBe(true);
      if (!page.hasMore) break;
    }
    expect(seen).toEqual(Array.from({ length: 5000 }, (_, n) => n + 1));
  });

  test("goes on where a lost worker ended", async () => {
    const { ctx, id, token } = await building();
    await appendLog(id, token, lines(1, 2));
    await finishDeployment(id, token, { kind: "handed_back" });
    const next = await claimDeployment("worker 2", 60);
    expect(next).toMatchObject({ id, logLines: 2 });
    await appendLog(id, next?.leaseToken ?? "", lines(3, 3));
    expect((await readLog(ctx, id, { after: 0 })).lines.map(({ n }) => n)).toEqual([1, 2, 3]);
  });

  test("is kept up to its limit and says when it is full", async () => {
    const { ctx, id, token } = await building();
    const chunk = [line("x".repeat(env().BUILD_LOG_BYTES / 4))];
    const answers: string[] = [];
    for (let n = 0; n < 5; n += 1) answers.push(await appendLog(id, token, chunk));
    expect(answers).toEqual(["kept", "kept", "kept", "kept", "full"]);
    // One line may be longer than a page and is given whole.
    expect((await readLog(ctx, id, { after: 0 })).lines).toHaveLength(1);
  });

  test("keeps what PostgreSQL cannot store as it is, NUL and half characters", async () => {
    const { ctx, id, token } = await building();
    expect(await appendLog(id, token, [line("a\u0000b\ud800 \u001b[31mred\u001b[0m 日本")])).toBe("kept");
    const [read] = (await readLog(ctx, id, { after: 0 })).lines;
    expect(read?.text).toContain("a␀b");
    expect(read?.text).toContain("\u001b[31mred");
  });

  test("downloads as text without colours, under a name that says what it is", async () => {
    const { ctx, id, token } = await building();
    await appendLog(id, token, [line("\u001b[32m✓ built\u001b[39m", 83_450), line("done", 83_500)]);
    let text = "";
    for await (const part of downloadLog(ctx, id)) text += part;
    expect(text).toBe("01:23.4 ✓ built\n01:23.5 done\n");
    expect(await logFileName(ctx, id)).toMatch(/^app-[0-9a-z]+-1\.log\.txt$/);
  });

  test("of another project is not there", async () => {
    const { id } = await building();
    const { ctx } = await addSite();
    await expect(readLog(ctx, id, { after: 0 })).rejects.toMatchObject({ code: "not_found" });
    await expect(downloadLog(ctx, id).next()).rejects.toMatchObject({ code: "not_found" });
  });
});

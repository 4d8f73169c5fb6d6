import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { db, sources } from "@/db";
import { useTestDatabase } from "@/lib/testing/database";
import { addSite } from "@/lib/testing/factories";
import { forgetMirrors } from "@/worker/forget-mirrors";

useTestDatabase();
const folder = mkdtempSync(join(tmpdir(), "skytells-forget-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function addMirror(repositoryId: string): string {
  const mirror = join(folder, `${repositoryId}.git`);
  mkdirSync(mirror);
  writeFileSync(join(mirror, "HEAD"), "ref: refs/heads/none\n");
  return mirror;
}

test("the copy of a repository goes with the last integration that an app follows it through", async () => {
  const kept = await addSite();
  const lost = await addSite();
  const mirrors = { kept: addMirror(kept.repositoryId), lost: addMirror(lost.repositoryId) };
  const unknown = addMirror("rep_00000000000000000000");
  await forgetMirrors(folder);
  expect([existsSync(mirrors.kept), existsSync(mirrors.lost), existsSync(unknown)]).toEqual([
    true,
    true,
    false,
  ]);

  await db().update(sources).set({ integrationId: null }).where(eq(sources.appId, lost.appId));
  await forgetMirrors(folder);
  expect([existsSync(mirrors.kept), existsSync(mirrors.lost)]).toEqual([true, false]);
});

test("what is no mirror of ours is left alone", async () => {
  mkdirSync(join(folder, "somebody-else"), { recursive: true });
  await forgetMirrors(folder);
  expect(existsSync(join(folder, "somebody-else"))).toBe(true);
});

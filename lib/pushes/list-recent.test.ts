import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { db, hooks } from "@/db";
import { getApp } from "@/lib/apps";
import { listRecentPushes } from "@/lib/pushes";
import { useTestDatabase } from "@/lib/testing/database";
import { addHook, addSite } from "@/lib/testing/factories";

useTestDatabase();

const REASON = "The host answered 403 to the hook.";

async function siteFor(role: "member" | "viewer") {
  const site = await addSite(role);
  const { hookId } = await addHook(site);
  await db().update(hooks).set({ status: "refused", statusReason: REASON }).where(eq(hooks.id, hookId));
  return site;
}

const listeningOf = async ({ ctx, appId }: Awaited<ReturnType<typeof siteFor>>) =>
  (await getApp(ctx, appId)).source?.listening.sentence;

test("a member sees the pushes, and why the hook does not work", async () => {
  const site = await siteFor("member");
  expect(await listRecentPushes(site.ctx, site.appId)).toEqual([]);
  expect(await listeningOf(site)).toContain(REASON);
});

test("a viewer sees neither", async () => {
  const site = await siteFor("viewer");
  await expect(listRecentPushes(site.ctx, site.appId)).rejects.toMatchObject({
    code: "forbidden",
    message: "Only an owner, admin or member may do this.",
  });
  expect(await listeningOf(site)).not.toContain(REASON);
});

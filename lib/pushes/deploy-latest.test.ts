import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { db, hooks } from "@/db";
import { createApp } from "@/lib/apps";
import { listEvents } from "@/lib/audit";
import { deployLatest } from "@/lib/pushes";
import { appInput, useBenches } from "@/lib/testing/bench";
import { useTestDatabase } from "@/lib/testing/database";

useTestDatabase();
const { forge, bench } = useBenches();

test("who asked is in the audit also where the head was news and its own push deploys", async () => {
  const at = await bench();
  const { id: appId, repositoryId } = await createApp(at.ctx, appInput(at));
  for (const { id } of await forge().admin.hooks(at.repository)) await forge().admin.deleteHook(id);
  await db().delete(hooks).where(eq(hooks.repositoryId, repositoryId));
  const commit = await forge().admin.commitFiles(at.repository, "main", { "a.html": "a" }, { message: "a" });
  const { id, number } = await deployLatest(at.ctx, { appId });
  const asked = (await listEvents(at.ctx.projectId)).filter(({ subjectId }) => subjectId === id);
  expect(asked).toMatchObject([
    {
      event: "deployment.requested",
      actorId: at.ctx.user.id,
      facts: { app: appId, number, trigger: "push", commit },
    },
  ]);
});

import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { db, deliveries, hooks, newId, pushes } from "@/db";
import { hearingOf } from "@/lib/sources/hearing";
import { useTestDatabase } from "@/lib/testing/database";
import { addHook, addSite, type Site, sha } from "@/lib/testing/factories";

useTestDatabase();

let site: Site;
let hookId = "";
let seq = 0;
beforeEach(async () => {
  site = await addSite();
  hookId = (await addHook(site)).hookId;
  seq = 0;
});

const START = Date.now() - 3_600_000;
const at = (seconds: number) => new Date(START + seconds * 1000);
const MAIN = "refs/heads/main";
const place = () => ({ projectId: site.projectId, repositoryId: site.repositoryId });

async function called(seconds: number, told: object, outcome: "push" | "known" | "deciding" = "deciding") {
  await db()
    .insert(deliveries)
    .values({
      ...place(),
      ...{
        id: newId("dlv"),
        hookId,
        deliveryId: `${seconds}`,
        event: "push",
        bodyHash: `${seconds}`,
        outcome,
      },
      facts: { kind: "push", ...told },
      receivedAt: at(seconds),
    });
  await db()
    .update(hooks)
    .set({ lastDeliveryAt: at(seconds) })
    .where(eq(hooks.id, hookId));
}
async function found(seconds: number, commit: string | null, by: "poll" | "reconcile" | "delivery" = "poll") {
  seq += 1;
  const values = { id: newId("psh"), ref: MAIN, seq, kind: "updated" as const, commit, learnedFrom: by };
  await db()
    .insert(pushes)
    .values({ ...place(), ...values, createdAt: at(seconds) });
}

describe("a hook that a person entered", () => {
  test("was never heard before its first call", async () => {
    await found(1, sha("a"));
    expect(await hearingOf(hookId)).toBe("never");
  });

  test("is heard when its call told of a push that was decided a quarter of an hour later", async () => {
    await called(0, { ref: MAIN, after: sha("a") });
    await found(900, sha("a"), "reconcile");
    expect(await hearingOf(hookId)).toBe("heard");
  });

  test("is heard when one call told of several refs, and of one that went", async () => {
    const changes = [
      { ref: "refs/heads/side", after: sha("s") },
      { ref: MAIN, after: null },
    ];
    await called(0, { changes });
    await found(900, null);
    expect(await hearingOf(hookId)).toBe("heard");
  });

  test("missed what was found a second after its last call, when no call told of it", async () => {
    await called(0, { ref: MAIN, after: sha("a") });
    await found(0, sha("a"), "delivery");
    await found(1, sha("b"));
    expect(await hearingOf(hookId)).toBe("missed");
    await called(5, { ref: MAIN, after: sha("b") }, "known");
    expect(await hearingOf(hookId)).toBe("heard");
  });

  test("missed a way back to a commit that was told of long ago", async () => {
    await called(0, { ref: MAIN, after: sha("a") });
    await found(1, sha("a"), "reconcile");
    await called(10, { ref: MAIN, after: sha("b") }, "push");
    await found(10, sha("b"), "delivery");
    await found(900, sha("a"));
    expect(await hearingOf(hookId)).toBe("missed");
  });

  test("missed a push to another branch than its calls told of", async () => {
    await called(0, { ref: "refs/heads/side", after: sha("a") });
    await found(900, sha("a"));
    expect(await hearingOf(hookId)).toBe("missed");
  });

  test("is heard again after its next call, whatever was missed before", async () => {
    await called(0, { ref: MAIN, after: sha("a") });
    await found(60, sha("b"));
    await called(120, { ref: MAIN, after: sha("c") }, "push");
    expect(await hearingOf(hookId)).toBe("heard");
  });
});

import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { db, type IntegrationReason, type IntegrationStatus, integrationIncidents, integrations } from "@/db";
import { type IntegrationEvent, transition } from "@/lib/credentials";
import { useTestDatabase } from "@/lib/testing/database";
import { addSite, type Site } from "@/lib/testing/factories";

useTestDatabase();
let site: Site;

beforeAll(async () => {
  site = await addSite();
});

type At = [IntegrationStatus, IntegrationReason | null];
const NEEDS = "needs_reauthorization";
const STANDINGS: At[] = [
  ["active", null],
  ["degraded", "unreachable"],
  ["paused", null],
  [NEEDS, "revoked"],
  [NEEDS, "suspended"],
  ["disconnecting", null],
  ["removed", null],
];

/** What comes of each standing, in their order; null: it cannot happen there. */
const LIFE: [IntegrationEvent, (At | null)[]][] = [
  [
    { kind: "degraded", reason: "rate_limited" },
    [["degraded", "rate_limited"], ["degraded", "rate_limited"], null, null, null, null, null],
  ],
  [
    { kind: "degraded", reason: "unreachable" },
    [["degraded", "unreachable"], null, null, null, null, null, null],
  ],
  [{ kind: "recovered" }, [null, ["active", null], null, null, null, null, null]],
  [{ kind: "lost", reason: "suspended" }, [...Array(3).fill([NEEDS, "suspended"]), null, null, null, null]],
  [
    { kind: "lost", reason: "expired" },
    [...Array(3).fill([NEEDS, "expired"]), null, [NEEDS, "expired"], null, null],
  ],
  [
    { kind: "wiped", reason: "instance_changed" },
    [...Array(5).fill([NEEDS, "instance_changed"]), null, null],
  ],
  [{ kind: "restored" }, [null, null, null, ["active", null], ["active", null], null, null]],
  [
    { kind: "reauthorized" },
    [["active", null], ["active", null], null, ["active", null], ["active", null], null, null],
  ],
  [{ kind: "paused" }, [["paused", null], ["paused", null], null, null, null, null, null]],
  [{ kind: "resumed" }, [null, null, ["active", null], null, null, null, null]],
  [{ kind: "disconnected" }, [...Array(5).fill(["disconnecting", null]), null, null]],
  [{ kind: "cleaned" }, [null, null, null, null, null, ["removed", null], null]],
];

const mine = () => eq(integrations.id, site.integrationId);
const put = ([status, statusReason]: At) =>
  db().update(integrations).set({ status, statusReason }).where(mine());
const happen = (event: IntegrationEvent) => db().transaction((tx) => transition(tx, site, event));
async function standing(): Promise<At> {
  const [row] = await db().select().from(integrations).where(mine());
  return [row?.status ?? "removed", row?.statusReason ?? null];
}

describe("the life of an integration", () => {
  test.each(LIFE)("after %o is as the table says, from each status", async (event, outcomes) => {
    for (const [index, before] of STANDINGS.entries()) {
      await put(before);
      const after = outcomes[index] ?? null;
      expect(await happen(event), before.join()).toBe(after !== null);
      expect(await standing(), before.join()).toEqual(after ?? before);
    }
  });

  test("a suspension that turns out to be the end of the token stays one incident, with the reason of now", async () => {
    await put(["active", null]);
    await db().delete(integrationIncidents);
    await happen({ kind: "lost", reason: "suspended" });
    const incidents = () => db().select().from(integrationIncidents);
    const [first] = await incidents();
    await happen({ kind: "lost", reason: "expired" });
    expect(await incidents()).toMatchObject([{ id: first?.id, reason: "expired", endedAt: null }]);
  });
});

import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { db, deliveries, hooks, integrations, pushes, repositories, verdicts } from "@/db";
import type { RepositoryClaim, WebhookEvent } from "@/lib/providers";
import { useTestDatabase } from "@/lib/testing/database";
import {
  addApp,
  addHook,
  addSite,
  deploymentsOf,
  type Site,
  sha,
  type TestHook,
} from "@/lib/testing/factories";
import { PROOFS, type Recorded, recordedCalls } from "@/lib/testing/host-calls";
import { type Call, receiveWebhook } from "@/lib/webhooks";
import { speaksForItself } from "@/lib/webhooks/claim";

useTestDatabase();

const KINDS = ["gitlab", "gitea", "gogs", "bitbucket_cloud", "bitbucket_data_center", "other"];
const CLONE_URLS: Record<string, string> = {
  gitlab: "https://gitlab.example/tide/shop/storefront.git",
  bitbucket_data_center: "https://bitbucket.example/scm/tide/storefront.git",
  other: "https://git.example/srv/storefront.git",
};

let site: Site;
let hook: TestHook;

/** A site whose repository lives at a host of this kind, with a hook. */
async function at(
  kind: string,
  cloneUrl = CLONE_URLS[kind] ?? `https://${kind}.example/tide/storefront.git`,
) {
  site = await addSite();
  const externalId = cloneUrl.replace(/\.git$/, "");
  await db()
    .update(repositories)
    .set({ provider: "git", externalId, cloneUrl, fullName: "tide/storefront" })
    .where(eq(repositories.id, site.repositoryId));
  await db()
    .update(integrations)
    .set({ provider: "git", hostKind: kind })
    .where(eq(integrations.id, site.integrationId));
  hook = await addHook(site);
}

type Sent = { body: unknown; headers: string[] };

function call(kind: string, { body, headers }: Sent, proof?: string[]): Call {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const rawHeaders = [...headers, ...(proof ?? PROOFS[kind]?.(bytes, hook.secret) ?? [])];
  const lower: Record<string, string> = {};
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const name = (rawHeaders[n] ?? "").toLowerCase();
    lower[name] = name in lower ? `${lower[name]}, ${rawHeaders[n + 1]}` : (rawHeaders[n + 1] ?? "");
  }
  const address = "198.51.100.7";
  return {
    provider: "git",
    hookId: hook.hookId,
    read: async () => bytes,
    address,
    rawHeaders,
    headers: lower,
  };
}

const recorded = (kind: string, name: string): Recorded => {
  const found = recordedCalls(kind).find((one) => one.name === name);
  if (!found) throw new Error(`There is no recorded call ${kind}/${name}.`);
  return found;
};
const changesOf = (event: WebhookEvent) => (event.kind === "push" ? event.changes : []);
const mine = () => eq(pushes.repositoryId, site.repositoryId);

/** The head that this call continues. */
async function knowHead(ref: string, commit: string) {
  await db().execute(
    `insert into heads (project_id, repository_id, ref, commit) values ('${site.projectId}', '${site.repositoryId}', '${ref}', '${commit}')
     on conflict (repository_id, ref) do update set commit = excluded.commit`,
  );
}

describe.each(KINDS)("a hook at a %s", (kind) => {
  beforeEach(() => at(kind));

  test("takes in every recorded call, and each change moves its own head once", async () => {
    for (const one of recordedCalls(kind)) {
      await at(kind);
      const changes = changesOf(one.expected);
      for (const { ref, before } of changes) {
        if (before !== null && before !== "unknown") await knowHead(ref, before);
      }
      const again = call(kind, one);
      expect((await receiveWebhook(again)).status, one.name).toBe(202);
      expect((await receiveWebhook(again)).body?.outcome, one.name).toBe("repeated");
      const moved = changes.filter(({ before, after }) => before !== after && before !== "unknown");
      const rows = await db().select().from(pushes).where(mine());
      expect(rows.map(({ ref, commit }) => [ref, commit]).sort(), one.name).toEqual(
        moved.map(({ ref, after }) => [ref, after]).sort(),
      );
    }
  });

  test("deploys a push to the followed branch; a late older one is left to the worker", async () => {
    const one = recorded(kind, "push");
    const [change] = changesOf(one.expected);
    await knowHead("refs/heads/main", change?.before ?? "");
    expect((await receiveWebhook(call(kind, one))).body).toEqual({ outcome: "push" });
    expect((await deploymentsOf(site.appId)).map(({ commit }) => commit)).toEqual([change?.after]);
    await knowHead("refs/heads/main", sha("newer"));
    const late = structuredClone(one);
    const headers = late.headers.map((text) => (text === late.delivery.id ? "another-call" : text));
    const body = kind === "other" ? { ...(late.body as object), id: "another-call" } : late.body;
    expect((await receiveWebhook(call(kind, { body, headers }))).body).toEqual({ outcome: "deciding" });
    expect(await deploymentsOf(site.appId)).toHaveLength(1);
  });

  test("answers 401 with an empty body to what proves nothing, and keeps nothing of it", async () => {
    const one = recorded(kind, "push");
    const bytes = Buffer.from(JSON.stringify(one.body));
    const good = PROOFS[kind]?.(bytes, hook.secret) ?? [];
    const others = KINDS.filter((other) => PROOFS[other]?.(bytes, "x")[0] !== good[0] && other !== "gitea");
    const bad = [
      [],
      good.map((text, i) => (i % 2 === 0 ? text : "")),
      [...good, ...good],
      PROOFS[kind]?.(bytes, "another secret") ?? [],
      ...others
        .filter((other) => kind !== "gitea" || other !== "gogs")
        .map((other) => PROOFS[other]?.(bytes, hook.secret) ?? []),
    ];
    for (const proof of bad) {
      expect(await receiveWebhook(call(kind, one, proof)), proof[0]).toEqual({ status: 401, body: null });
    }
    expect(await db().select().from(deliveries).where(eq(deliveries.hookId, hook.hookId))).toEqual([]);
  });
});

describe("one call that tells of several refs", () => {
  test.each(["bitbucket_cloud", "bitbucket_data_center"])(
    "deploys each app from its own branch: %s",
    async (kind) => {
      await at(kind);
      const one = recorded(kind, "push-several-refs");
      const cart = await addApp(site, { branch: "feature/cart" });
      for (const { ref, before } of changesOf(one.expected)) if (before) await knowHead(ref, before);
      expect((await receiveWebhook(call(kind, one))).body).toEqual({ outcome: "push" });
      const [main, feature] = changesOf(one.expected);
      expect((await deploymentsOf(site.appId)).map(({ commit }) => commit)).toEqual([main?.after]);
      expect((await deploymentsOf(cart)).map(({ commit }) => commit)).toEqual([feature?.after]);
    },
  );

  test("asks for each branch apart where it does not follow from what is known", async () => {
    await at("bitbucket_cloud");
    const one = recorded("bitbucket_cloud", "push-several-refs");
    const cart = await addApp(site, { branch: "feature/cart" });
    await knowHead("refs/heads/feature/cart", sha("elsewhere"));
    // The tags, which nobody follows, are believed.
    expect((await receiveWebhook(call("bitbucket_cloud", one))).body).toEqual({ outcome: "push" });
    const waiting = await db().select().from(verdicts).where(eq(verdicts.projectId, site.projectId));
    const told = Object.fromEntries(
      waiting.filter(({ verdict }) => verdict === "deciding").map(({ appId, facts }) => [appId, facts.ref]),
    );
    expect(told).toEqual({ [site.appId]: "refs/heads/main", [cart]: "refs/heads/feature/cart" });
  });

  test("and of one ref twice counts its last word", async () => {
    await at("bitbucket_cloud");
    const one = structuredClone(recorded("bitbucket_cloud", "push"));
    const { push } = one.body as { push: { changes: { new: { target: { hash: string } } }[] } };
    const [first] = push.changes;
    if (!first) throw new Error("The recorded call changes nothing.");
    push.changes.push(structuredClone(first));
    const last = push.changes[1];
    if (last) last.new.target.hash = sha("last");
    await knowHead("refs/heads/main", changesOf(one.expected)[0]?.before ?? "");
    await receiveWebhook(call("bitbucket_cloud", one));
    expect((await deploymentsOf(site.appId)).map(({ commit }) => commit)).toEqual([sha("last")]);
  });

  test("however many, is answered soon, and what an app follows is found among them wherever it stands", async () => {
    await at("bitbucket_cloud");
    const one = structuredClone(recorded("bitbucket_cloud", "push"));
    const body = one.body as { push: { changes: { old: unknown; new: { name: string } }[] } };
    const [followed] = body.push.changes;
    if (!followed) throw new Error("The recorded call changes nothing.");
    const other = (name: string) => ({ old: null, new: { ...followed.new, name } });
    const endless = "n".repeat(4000).replaceAll("n", () => String.fromCharCode(97 + Math.random() * 26));
    const others = Array.from({ length: 20_000 }, (_, n) => other(`branch-${n}`));
    body.push.changes = [other(endless), ...others, followed];
    await knowHead("refs/heads/main", changesOf(one.expected)[0]?.before ?? "");
    const began = performance.now();
    expect((await receiveWebhook(call("bitbucket_cloud", one))).body).toEqual({ outcome: "push" });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await deploymentsOf(site.appId)).toMatchObject([{ commit: changesOf(one.expected)[0]?.after }]);
    expect((await db().select().from(pushes).where(mine())).length).toBeLessThan(200);
    const [delivery] = await db().select().from(deliveries).where(eq(deliveries.hookId, hook.hookId));
    expect(JSON.stringify(delivery?.facts).length).toBeLessThan(100_000);
  });

  test("delivered at once in other orders never wait for each other for ever", async () => {
    await at("bitbucket_cloud");
    await addApp(site, { branch: "feature/cart" });
    const one = recorded("bitbucket_cloud", "push-several-refs");
    const turned = structuredClone(one.body) as { push: { changes: unknown[] } };
    turned.push.changes.reverse();
    const calls = Array.from({ length: 12 }, (_, n) =>
      call("bitbucket_cloud", {
        body: n % 2 === 0 ? one.body : turned,
        headers: one.headers.map((text) => (text === one.delivery.id ? `call-${n}` : text)),
      }),
    );
    const answers = await Promise.all(calls.map(receiveWebhook));
    expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 202));
  });
});

describe("a hook speaks for its own repository", () => {
  test.each(["gitlab", "gitea", "gogs", "bitbucket_cloud", "bitbucket_data_center"])(
    "and not for another one of the same %s, though the secret is the same",
    async (kind) => {
      const own = CLONE_URLS[kind] ?? `https://${kind}.example/tide/storefront.git`;
      await at(kind, own.replace("storefront", "billing"));
      const one = recorded(kind, "push");
      await knowHead("refs/heads/main", changesOf(one.expected)[0]?.before ?? "");
      expect((await receiveWebhook(call(kind, one))).body).toEqual({ outcome: "ignored" });
      expect(await deploymentsOf(site.appId)).toEqual([]);
      const [row] = await db().select().from(hooks).where(eq(hooks.id, hook.hookId));
      expect(row?.lastDeliveryAt).toBeNull();
    },
  );

  const claim = (...paths: string[]): RepositoryClaim => ({ by: "path", paths, endings: [] });
  const speaks = (cloneUrl: string, told: RepositoryClaim) =>
    speaksForItself({ repositoryExternalId: "x", cloneUrl }, told);

  test("whatever name and port the host knows itself by, by exactly its path", () => {
    const url = "https://git.example:8443/tools/tide/Store%20front.git";
    expect(speaks(url, claim("/tools/tide/store front"))).toBe(true);
    for (const path of [
      "/tide/store front",
      "/tools/tide",
      "/tools/tide/store front/x",
      "/x/tools/tide/store front",
      "",
    ]) {
      expect(speaks(url, claim(path)), path).toBe(false);
    }
    expect(speaks(url, claim())).toBe(false);
    const ending: RepositoryClaim = { by: "path", paths: [], endings: ["/scm/tide/storefront"] };
    expect(speaks("https://x.example/ctx/scm/tide/storefront.git", ending)).toBe(true);
    expect(speaks("https://x.example/scm/tide/storefront-2.git", ending)).toBe(false);
  });
});

test("the plain form without an id is answered with what it lacks; a hook's kind decides, not the call's headers", async () => {
  await at("other");
  const body = { ref: "refs/heads/main", after: sha(1) };
  const answer = await receiveWebhook(call("other", { body, headers: [] }));
  expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining("id") } });
  const gitea = recorded("gitea", "push");
  const bytes = Buffer.from(JSON.stringify(gitea.body));
  const proof = PROOFS.gitea?.(bytes, hook.secret) ?? [];
  expect((await receiveWebhook(call("other", gitea, proof))).status).toBe(401);
});

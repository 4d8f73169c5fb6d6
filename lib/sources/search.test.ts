import { and, eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, db, heads, repositories } from "@/db";
import { loadProjectContext } from "@/lib/access";
import type { ReadyInstance } from "@/lib/instances";
import {
  chooseSource,
  followRename,
  readHeadOf,
  refreshRepository,
  searchBranches,
  searchRepositories,
} from "@/lib/sources";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";
import { addMember, addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;
let desk: Desk;
let integrationId: string;

beforeAll(async () => {
  instance = await addInstance(forge());
  await forge().admin.createUser({ login: "octocat" });
  await forge().admin.createRepository({ owner: "octocat", name: "hello" });
  await forge().admin.createRepository({ owner: "octocat", name: "hollow", empty: true });
  desk = await addDesk();
  integrationId = await connect(desk, instance, { login: "octocat" });
});
beforeEach(() => forge().admin.clearFaults());

const problem = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error) => error,
  );

describe("searching with an integration", () => {
  test("is recorded once for each person and hour, however many keys are pressed", async () => {
    const searches = ["h", "he", "hel", "hell"].map((query) =>
      searchRepositories(desk.ctx, { integrationId, query }),
    );
    await Promise.all(searches);
    await searchRepositories(desk.ctx, { integrationId, query: "hello" });
    await searchBranches(desk.ctx, { integrationId, repositoryExternalId: "1", query: "" }).catch(
      () => undefined,
    );
    const uses = () =>
      db()
        .select({ by: auditEvents.actorId })
        .from(auditEvents)
        .where(and(eq(auditEvents.subjectId, integrationId), eq(auditEvents.event, "credential.used")));
    expect(await uses()).toEqual([{ by: desk.person.id }]);
    const colleague = await addUser();
    await addMember(desk.projectId, colleague, "member");
    const ctx = await loadProjectContext(sessionOf(colleague), desk.projectId);
    await searchRepositories(ctx, { integrationId, query: "" });
    expect(await uses()).toHaveLength(2);
  });

  test("is not for viewers, and not with another project's integration", async () => {
    const viewer = await addUser();
    await addMember(desk.projectId, viewer, "viewer");
    const ctx = await loadProjectContext(sessionOf(viewer), desk.projectId);
    expect(await problem(searchRepositories(ctx, { integrationId, query: "" }))).toMatchObject({
      code: "forbidden",
    });
    const stranger = await addDesk();
    expect(await problem(searchRepositories(stranger.ctx, { integrationId, query: "" }))).toMatchObject({
      code: "conflict",
      message: "The integration was removed.",
    });
  });

  test("says in words when the provider is down or limits us", async () => {
    const own = await addDesk();
    const ofOwn = await connect(own, instance, { login: "octocat" });
    const search = () => searchRepositories(own.ctx, { integrationId: ofOwn, query: "", isFresh: true });
    const match = { path: "/api/v3/user/repos" };
    await forge().admin.fault({ match, action: { kind: "drop", when: "before" } });
    expect(await problem(search())).toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/Try again/),
    });
    await forge().admin.fault({ match, action: { kind: "rate_limit", retryAfterSeconds: 150 } });
    expect(await problem(search())).toMatchObject({ message: expect.stringMatching(/in 3 minutes\.$/) });
    await search();
  });
});

describe("choosing what an app follows", () => {
  const choose = (repository: string, branch = "main") =>
    problem(chooseSource(desk.ctx, { integrationId, repository, branch }));

  test("says which field has to change: no such repository, no commits, no such branch", async () => {
    expect(await choose("octocat/nothing")).toMatchObject({
      fields: { repository: expect.stringMatching(/no such/) },
    });
    expect(await choose("999999")).toMatchObject({
      fields: { repository: expect.stringMatching(/no such/) },
    });
    expect(await choose("octocat/hollow")).toMatchObject({
      fields: { repository: "octocat/hollow has no commits yet. Push one, then choose it again." },
    });
    expect(await choose("octocat/hello", "develop")).toMatchObject({
      fields: { branch: "octocat/hello has no branch develop. Choose another branch." },
    });
  });

  test("records the head as known already, so that binding is not a push", async () => {
    const { repositoryId } = await addBoundApp(desk, { integrationId, repository: "octocat/hello" });
    const [head] = await db().select().from(heads).where(eq(heads.repositoryId, repositoryId));
    expect(head).toMatchObject({
      ref: "refs/heads/main",
      commit: await forge().admin.headOf("octocat/hello"),
      seq: 0,
    });
    expect(await readHeadOf(repositoryId, "main")).toMatchObject({ commit: head?.commit });
  });

  test("a repository is one row for each project, whoever connected it, and is followed when it moves", async () => {
    const choice = { integrationId, repository: "octocat/hello" };
    const [first, second] = [await addBoundApp(desk, choice), await addBoundApp(desk, choice)];
    expect(second.repositoryId).toBe(first.repositoryId);
    const other = await addDesk();
    const theirs = await addBoundApp(other, {
      ...choice,
      integrationId: await connect(other, instance, { login: "octocat" }),
    });
    expect(theirs.repositoryId).not.toBe(first.repositoryId);
    const row = async () =>
      (await db().select().from(repositories).where(eq(repositories.id, first.repositoryId)))[0];
    await db().transaction((tx) => followRename(tx, first.repositoryId, "octocat/hello-again"));
    expect(await row()).toMatchObject({
      fullName: "octocat/hello-again",
      cloneUrl: `${instance.origin}/octocat/hello-again.git`,
      webUrl: `${instance.origin}/octocat/hello-again`,
    });
    await db().transaction((tx) => followRename(tx, first.repositoryId, "../../etc/passwd"));
    expect((await row())?.fullName).toBe("octocat/hello-again");
    await refreshRepository(first.repositoryId);
    expect(await row()).toMatchObject({ fullName: "octocat/hello" });
  });
});

import { randomBytes } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ContractHost, describeHooks } from "@/lib/providers/contract";
import { git } from "@/lib/providers/git";
import { hooksOf } from "@/lib/providers/git/hooks";
import { signingToken } from "@/lib/providers/git/webhook/gitlab";
import type { ApiHooks, Grant } from "@/lib/providers/provider";
import { Secret } from "@/lib/secret";
import { useForge } from "@/lib/testing/forge";

process.env.EGRESS_ALLOW = "127.0.0.0/8";

const { forge } = useForge({ plain: { gitlab: 0, gitea: 0 } });
const OWNER = "octocat";
type Kind = "gitlab" | "gitea";

beforeAll(() => forge().admin.createUser({ login: OWNER, password: "octocat's own" }));
beforeEach(async () => {
  await forge().admin.clearFaults();
  await forge().admin.setPolicy({ hookTargets: "any", signsHooks: true });
});

async function grantFor(kind: Kind, token: string, user: string | null = null): Promise<Grant> {
  const { plain } = forge();
  const origin = plain.urls[kind];
  const told = { hostKind: kind, apiPath: "", caCertificate: plain.ca };
  const instance = { provider: "git", origin, apiUrl: origin, ...told };
  return { instance, user, token: new Secret(token) };
}

async function freshGrant(kind: Kind): Promise<Grant> {
  const { token } = await forge().admin.issueHostToken({ kind, login: OWNER });
  return await grantFor(kind, token, kind === "gitea" ? OWNER : null);
}

async function freshRepository(kind: Kind) {
  const { admin, plain } = forge();
  const name = `r-${randomBytes(4).toString("hex")}`;
  const made = await admin.createRepository({ owner: OWNER, name, private: true });
  const externalId = `${plain.urls[kind]}/${made.fullName}`;
  return { externalId, fullName: made.fullName, head: made.branches.main ?? "" };
}

const api = (grant: Grant): ApiHooks => {
  const hooks = hooksOf(grant.instance);
  if (hooks.kind === "manual") throw new Error("This host has no API for hooks.");
  return hooks;
};
const wanted = () => ({
  address: `http://127.0.0.1:9/api/webhooks/git/${randomBytes(6).toString("hex")}`,
  secret: new Secret(randomBytes(32).toString("base64url")),
});
const rejected = (reason: string) => ({ name: "ProviderRejected", reason });

describe.each<Kind>(["gitlab", "gitea"])("hooks by the API of a host like %s", (kind) => {
  const host: ContractHost = {
    // The contract compares secrets: those of a GitLab that signs are looked at below.
    grant: async () => {
      await forge().admin.setPolicy({ signsHooks: false });
      return await freshGrant(kind);
    },
    down: async () => {
      const grant = await freshGrant(kind);
      const origin = "https://127.0.0.1:9";
      return { grant: { ...grant, instance: { ...grant.instance, origin } }, externalId: `${origin}/a/b` };
    },
    addRepository: () => freshRepository(kind),
    remove: (fullName) => forge().admin.deleteRepository(fullName),
    push: (fullName, branch) => forge().admin.commitFiles(fullName, branch, { a: "b" }),
    registeredHooks: async (fullName) =>
      (await forge().admin.hostHooks(kind, fullName)).map(({ url, secret }) => ({ address: url, secret })),
  };
  describeHooks({ provider: git, host: () => host });

  test("are forbidden to a token that only reads, and to one that the API does not know: a person is to do it", async () => {
    const { externalId } = await freshRepository(kind);
    const narrow = await forge().admin.issueHostToken({
      kind,
      login: OWNER,
      scopes: ["read_repository"],
    });
    const deploy = await forge().admin.issueHostToken({ kind, login: OWNER, user: "deploy-token-7" });
    for (const { token } of [narrow, deploy, { token: "made-up" }]) {
      const grant = await grantFor(kind, token);
      await expect(api(grant).createHook(grant, externalId, wanted())).rejects.toMatchObject(
        rejected("forbidden"),
      );
    }
  });

  test("never leave the host: a redirect is no answer, and a repository elsewhere is not asked for", async () => {
    const grant = await freshGrant(kind);
    const { externalId } = await freshRepository(kind);
    await forge().admin.fault({
      match: { path: `/@${kind}/api/**` },
      action: { kind: "redirect", location: `${forge().url}/stolen`, status: 307 },
    });
    await forge().admin.clearRequests();
    await expect(api(grant).createHook(grant, externalId, wanted())).rejects.toMatchObject(
      rejected("refused"),
    );
    expect((await forge().admin.requests()).filter(({ path }) => path.includes("stolen"))).toEqual([]);
    await expect(
      api(grant).createHook(grant, "https://elsewhere.example/a/b", wanted()),
    ).rejects.toMatchObject({ name: "RepositoryGone" });
    expect(await forge().admin.requests()).toHaveLength(1);
  });

  test("wait while the host fails or asks for patience", async () => {
    const grant = await freshGrant(kind);
    const { externalId } = await freshRepository(kind);
    const match = { path: `/@${kind}/api/**` };
    await forge().admin.fault({ match, action: { kind: "status", status: 502 } });
    const failing = api(grant).createHook(grant, externalId, wanted());
    await expect(failing).rejects.toMatchObject({ name: "ProviderUnavailable", cause_: "server_error" });
    const headers = { "retry-after": "120" };
    await forge().admin.fault({ match, action: { kind: "status", status: 429, headers } });
    const limited = api(grant).createHook(grant, externalId, wanted());
    await expect(limited).rejects.toMatchObject({ cause_: "rate_limited", retryAt: expect.any(Date) });
    await forge().admin.fault({ match, action: { kind: "html" } });
    await expect(api(grant).findHook(grant, externalId, "http://x")).rejects.toMatchObject({
      cause_: "bad_answer",
    });
  });
});

describe("a hook at GitLab", () => {
  test("signs where GitLab can and is given no secret there, and proves itself by its secret where it cannot", async () => {
    const { admin } = forge();
    const grant = await freshGrant("gitlab");
    for (const signsHooks of [true, false]) {
      await admin.setPolicy({ signsHooks });
      const { externalId, fullName } = await freshRepository("gitlab");
      const hook = wanted();
      await api(grant).createHook(grant, externalId, hook);
      expect(await admin.hostHooks("gitlab", fullName)).toMatchObject([
        signsHooks
          ? { secret: null, signingToken: signingToken(hook.secret) }
          : { secret: hook.secret.reveal(), signingToken: null },
      ]);
    }
  });

  test("that learned to sign is not sent the secret any more, and one that forgot it is", async () => {
    const { admin } = forge();
    const grant = await freshGrant("gitlab");
    const { externalId, fullName } = await freshRepository("gitlab");
    const hook = wanted();
    await admin.setPolicy({ signsHooks: false });
    const made = await api(grant).createHook(grant, externalId, hook);
    await admin.setPolicy({ signsHooks: true });
    await api(grant).updateHook(grant, externalId, made.externalId, hook);
    expect(await admin.hostHooks("gitlab", fullName)).toMatchObject([{ secret: null }]);
    await admin.setPolicy({ signsHooks: false });
    await api(grant).updateHook(grant, externalId, made.externalId, hook);
    expect(await admin.hostHooks("gitlab", fullName)).toMatchObject([
      { secret: hook.secret.reveal(), signingToken: null },
    ]);
  });

  test("that has nothing left to prove its calls with is made anew", async () => {
    const { admin } = forge();
    const grant = await freshGrant("gitlab");
    const { externalId, fullName } = await freshRepository("gitlab");
    const hook = wanted();
    await admin.addHostHook("gitlab", fullName, { url: hook.address, secret: null });
    const found = await api(grant).findHook(grant, externalId, hook.address);
    expect(found).toMatchObject({ isActive: false });
    expect(await api(grant).updateHook(grant, externalId, found?.externalId ?? "", hook)).toMatchObject({
      isActive: true,
    });
    expect(await admin.hostHooks("gitlab", fullName)).toMatchObject([
      { signingToken: signingToken(hook.secret) },
    ]);
  });

  test("that GitLab switched off is made anew; an address that it will not call is told", async () => {
    const { admin } = forge();
    const grant = await freshGrant("gitlab");
    const { externalId, fullName } = await freshRepository("gitlab");
    const hook = wanted();
    const made = await api(grant).createHook(grant, externalId, hook);
    await admin.setHostHook(Number(made.externalId), { active: false });
    expect(await api(grant).findHook(grant, externalId, hook.address)).toMatchObject({ isActive: false });
    const again = await api(grant).updateHook(grant, externalId, made.externalId, hook);
    expect(again).toMatchObject({ isActive: true });
    expect(await admin.hostHooks("gitlab", fullName)).toHaveLength(1);
    await admin.setPolicy({ hookTargets: "public" });
    await expect(api(grant).createHook(grant, externalId, wanted())).rejects.toMatchObject(
      rejected("unreachable"),
    );
  });

  test("among hundreds of others is found", async () => {
    const { admin } = forge();
    const grant = await freshGrant("gitlab");
    const { externalId, fullName } = await freshRepository("gitlab");
    for (let n = 0; n < 120; n += 1) {
      await admin.addHostHook("gitlab", fullName, { url: `http://127.0.0.1:9/${n}`, secret: null });
    }
    const hook = wanted();
    const made = await api(grant).createHook(grant, externalId, hook);
    expect(await api(grant).findHook(grant, externalId, hook.address)).toMatchObject({
      externalId: made.externalId,
    });
  });
});

test.each<Kind>(["gitlab", "gitea"])(
  "without a token nothing is asked of a %s: a person enters the webhook",
  async (kind) => {
    const grant = await freshGrant(kind);
    const { externalId } = await freshRepository(kind);
    await forge().admin.clearRequests();
    await expect(
      api(grant).createHook({ ...grant, token: null }, externalId, wanted()),
    ).rejects.toMatchObject(rejected("forbidden"));
    expect(await forge().admin.requests()).toEqual([]);
  },
);

test("Gitea's password opens its API as a token does; the kinds without an API are for a person", async () => {
  const { externalId } = await freshRepository("gitea");
  const grant = await grantFor("gitea", "octocat's own", OWNER);
  expect(await api(grant).createHook(grant, externalId, wanted())).toMatchObject({ isActive: true });
  for (const hostKind of ["gogs", "bitbucket_cloud", "bitbucket_data_center", "other", null]) {
    expect(hooksOf({ ...grant.instance, hostKind })).toEqual({ kind: "manual" });
  }
});

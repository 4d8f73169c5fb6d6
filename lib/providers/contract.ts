import { createHash, randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, test } from "vitest";
import {
  ClientRejected,
  ProviderRejected,
  ProviderUnauthorized,
  ProviderUnavailable,
  RepositoryGone,
} from "@/lib/providers/errors";
import { tokenOf } from "@/lib/providers/grant";
import type {
  ApiHooks,
  CredentialsAuthorization,
  Grant,
  Instance,
  OAuthAuthorization,
  SourceProvider,
  Webhook,
  WebhookEvent,
} from "@/lib/providers/provider";
import { Secret } from "@/lib/secret";

/** What the suite does at a host in order to see how its provider answers. */
export type ContractHost = {
  /** A grant that reaches what `addRepository` adds. */
  grant(): Promise<Grant>;
  /** The same where nothing answers, with the id of a repository there. */
  down(): Promise<{ grant: Grant; externalId: string }>;
  /** A repository of the account with one commit on `main`; answers with its id at the provider. */
  addRepository(name: string): Promise<{ externalId: string; fullName: string; head: string }>;
  /** Where the provider follows a repository by an id of its own. */
  rename?(fullName: string, name: string): Promise<void>;
  remove(fullName: string): Promise<void>;
  push(fullName: string, branch: string): Promise<string>;
  /** For hooks by API only. */
  registeredHooks?(fullName: string): Promise<{ address: string; secret: string | null }[]>;
};

/** What a handshake needs besides. */
export type OAuthHost = {
  instance: Instance;
  clientSecret: Secret;
  redirectUri: string;
  /** A person agrees; answers with the code. */
  consent(url: URL): Promise<string>;
};

/** A recorded call and what has to be read from it. `headers`: those that it was sent with, names and values in turn. */
export type RecordedDelivery = {
  name: string;
  event: string;
  headers: string[];
  body: unknown;
  expected: WebhookEvent;
};

export type Subject = {
  provider: SourceProvider;
  host(): ContractHost;
  /** For a provider with a handshake. */
  oauth?: () => OAuthHost;
  /** The host has an API for hooks that the grant may use. */
  hasHooks: boolean;
  /** One for each kind of host. */
  webhooks: RecordedWebhook[];
};

export type RecordedWebhook = {
  hostKind: string | null;
  deliveries: RecordedDelivery[];
  /** The headers by which this kind of host proves a call, besides those that say what it is. */
  sign(body: Buffer, secret: Secret): string[];
  /** An event that a body of this one does not bear out. */
  otherEvent(event: string): string;
};

const unique = (name: string) => `${name}-${randomBytes(3).toString("hex")}`;

/** What every source provider must do, whoever it is. Called by the test file in the provider's folder. */
export function describeSourceProvider(subject: Subject): void {
  const { authorization } = subject.provider;
  describe(`the contract of a source provider: ${subject.provider.id}`, () => {
    if (authorization.kind === "oauth" && subject.oauth) describeOAuth(authorization, subject.oauth);
    if (authorization.kind === "credentials") describeCredentials(authorization, subject);
    describeRepositories(subject);
    if (subject.hasHooks) describeHooks(subject);
    for (const recorded of subject.webhooks) {
      describeDeliveries(subject.provider.webhook(recorded.hostKind), recorded);
    }
  });
}

/** A whole handshake, from the consent to the token. */
export async function authorize(authorization: OAuthAuthorization, host: OAuthHost): Promise<Grant> {
  const { instance, clientSecret, redirectUri, consent } = host;
  const verifier = randomBytes(32).toString("base64url");
  const url = authorization.authorizeUrl(instance, {
    state: randomBytes(32).toString("base64url"),
    challenge: createHash("sha256").update(verifier).digest("base64url"),
    redirectUri,
    scopes: [...authorization.choices[0].scopes],
    login: null,
  });
  const code = await consent(url);
  const { accessToken } = await authorization.exchange(instance, clientSecret, {
    code,
    verifier,
    redirectUri,
  });
  return { instance, token: accessToken };
}

function describeOAuth(authorization: OAuthAuthorization, host: () => OAuthHost): void {
  const freshGrant = () => authorize(authorization, host());

  test("a code becomes a token that identifies an account by an unchanging id and holds what was asked", async () => {
    const grant = await freshGrant();
    const { account, scopes } = await authorization.identify(grant);
    expect(account.id).toMatch(/^\S+$/);
    expect(authorization.missingScopes(authorization.choices[0].scopes, scopes)).toEqual([]);
  });

  test("a code is refused with another verifier, and a second time", async () => {
    const { instance, clientSecret, redirectUri, consent } = host();
    const verifier = randomBytes(32).toString("base64url");
    const ask = () =>
      consent(
        authorization.authorizeUrl(instance, {
          state: "s".repeat(43),
          challenge: createHash("sha256").update(verifier).digest("base64url"),
          redirectUri,
          scopes: [],
          login: null,
        }),
      );
    const code = await ask();
    const other = randomBytes(32).toString("base64url");
    await expect(
      authorization.exchange(instance, clientSecret, { code, verifier: other, redirectUri }),
    ).rejects.toMatchObject({ name: "ProviderRejected", reason: "invalid_grant" });
    const fresh = await ask();
    await authorization.exchange(instance, clientSecret, { code: fresh, verifier, redirectUri });
    await expect(
      authorization.exchange(instance, clientSecret, { code: fresh, verifier, redirectUri }),
    ).rejects.toBeInstanceOf(ProviderRejected);
  });

  test("a wrong client secret is the client's fault, nobody else's", async () => {
    const { instance, redirectUri, clientSecret } = host();
    await expect(authorization.testClient(instance, new Secret("wrong"), redirectUri)).rejects.toBeInstanceOf(
      ClientRejected,
    );
    await expect(authorization.testClient(instance, clientSecret, redirectUri)).resolves.toBeUndefined();
  });

  test("a revoked token is dead; revoking it again finds nothing; another token of the person lives on", async () => {
    const { instance, clientSecret } = host();
    const [grant, other] = [await freshGrant(), await freshGrant()];
    expect(await authorization.checkToken(instance, clientSecret, tokenOf(grant))).toBe("alive");
    expect(await authorization.revokeToken(instance, clientSecret, tokenOf(grant))).toBe("done");
    expect(await authorization.revokeToken(instance, clientSecret, tokenOf(grant))).toBe("already_gone");
    expect(await authorization.checkToken(instance, clientSecret, tokenOf(grant))).toBe("dead");
    await expect(authorization.identify(grant)).rejects.toBeInstanceOf(ProviderUnauthorized);
    expect(await authorization.checkToken(instance, clientSecret, tokenOf(other))).toBe("alive");
  });
}

function describeCredentials(authorization: CredentialsAuthorization, { host, provider }: Subject): void {
  const wrong = async () => ({ ...(await host().grant()), token: new Secret("certainly not this one") });

  test("a credential is tried on a repository: it works, or a sentence says why not", async () => {
    const { externalId } = await host().addRepository(unique("tried"));
    expect(await authorization.test(await host().grant(), externalId)).toMatchObject({
      outcome: "works",
      defaultBranch: "main",
      branches: 1,
    });
    const failed = await authorization.test(await wrong(), externalId);
    expect(failed).toMatchObject({ outcome: "failed", reason: "unauthorized", field: "token" });
    expect(failed.sentence).toMatch(/^\S.*\.$/s);
    const { grant, externalId: nowhere } = await host().down();
    expect(await authorization.test(grant, nowhere)).toMatchObject({
      outcome: "failed",
      reason: "unreachable",
    });
  });

  test("a refused credential is looked at again: alive, dead, or not to be told", async () => {
    const { externalId } = await host().addRepository(unique("again"));
    const { cloneUrl } = await provider.source.getRepository(await host().grant(), externalId);
    expect(await authorization.checkCredential(await host().grant(), [cloneUrl])).toBe("alive");
    expect(await authorization.checkCredential(await wrong(), [cloneUrl])).toBe("dead");
    const { grant, externalId: nowhere } = await host().down();
    await expect(authorization.checkCredential(grant, [nowhere])).rejects.toBeInstanceOf(ProviderUnavailable);
  });

  test("an address that was taken apart stays the same when that is done again", async () => {
    const { instance } = await host().grant();
    const parsed = authorization.parseAddress(`${instance.origin}/some/group/`);
    expect(authorization.parseAddress(parsed.origin + parsed.pathPrefix)).toEqual(parsed);
    expect(() => authorization.parseAddress("nonsense")).toThrow(ProviderRejected);
  });
}

function describeRepositories(subject: Subject): void {
  const { source } = subject.provider;

  test("a host that is down is down, not wrong", async () => {
    const { grant, externalId } = await subject.host().down();
    await expect(source.getRepository(grant, externalId)).rejects.toBeInstanceOf(ProviderUnavailable);
    await expect(source.readHead(grant, externalId, "main", null)).rejects.toBeInstanceOf(
      ProviderUnavailable,
    );
  });

  test("a repository is found by a part of its name, by its full name and by its id", async () => {
    const grant = await subject.host().grant();
    const { externalId, fullName } = await subject.host().addRepository(unique("findable"));
    const name = fullName.split("/")[1] ?? "";
    if (source.kind === "browse") {
      const page = await source.searchRepositories(grant, name.slice(2).toUpperCase(), { isFresh: true });
      expect(page.items.map((each) => each.fullName)).toContain(fullName);
    }
    expect((await source.findRepository(grant, fullName)).externalId).toBe(externalId);
    expect((await source.getRepository(grant, externalId)).fullName).toBe(fullName);
  });

  test.runIf(source.kind === "browse")("a rename is followed by id, and by the old name", async () => {
    const grant = await subject.host().grant();
    const { externalId, fullName } = await subject.host().addRepository(unique("before"));
    const renamed = unique("after");
    await subject.host().rename?.(fullName, renamed);
    const [byId, byOldName] = [
      await source.getRepository(grant, externalId),
      await source.findRepository(grant, fullName),
    ];
    expect(byId.fullName.endsWith(`/${renamed}`)).toBe(true);
    expect(byOldName).toEqual(byId);
  });

  test("what was deleted is gone, for every reading", async () => {
    const grant = await subject.host().grant();
    const { externalId, fullName, head } = await subject.host().addRepository(unique("doomed"));
    await subject.host().remove(fullName);
    const readings = [
      source.getRepository(grant, externalId),
      source.findRepository(grant, fullName),
      source.readHead(grant, externalId, "main", null),
      source.getCommit(grant, externalId, head),
      source.searchBranches(grant, externalId, ""),
    ];
    for (const reading of await Promise.allSettled(readings)) {
      expect(reading).toMatchObject({ status: "rejected", reason: expect.any(RepositoryGone) });
    }
  });

  test("an id that no repository can have names none, and leads to no other address", async () => {
    const grant = await subject.host().grant();
    const { externalId } = await subject.host().addRepository(unique("ids"));
    for (const id of ["..", ".", "../user", `${externalId}/..`, `${externalId}?x=1`, "-1", "no id", ""]) {
      await expect(source.getRepository(grant, id)).rejects.toThrow(RepositoryGone);
      await expect(source.searchBranches(grant, id, "")).rejects.toThrow(RepositoryGone);
    }
  });

  test("a head is read, then only told again when it moved; a missing branch has none", async () => {
    const grant = await subject.host().grant();
    const { externalId, fullName, head } = await subject.host().addRepository(unique("heads"));
    const first = await source.readHead(grant, externalId, "main", null);
    expect(first).toMatchObject({ kind: "head", commit: head });
    const etag = first.kind === "head" ? first.etag : null;
    expect(await source.readHead(grant, externalId, "main", etag)).toEqual({ kind: "not_modified" });
    const next = await subject.host().push(fullName, "main");
    expect(await source.readHead(grant, externalId, "main", etag)).toMatchObject({ commit: next });
    expect(await source.readHead(grant, externalId, "no/such-branch", null)).toMatchObject({ commit: null });
    expect((await source.getCommit(grant, externalId, next)).sha).toBe(next);
  });

  test("a name that no branch can have leads to no other address: it has no head and is not found", async () => {
    const grant = await subject.host().grant();
    const { externalId, fullName } = await subject.host().addRepository(unique("paths"));
    await subject.host().push(fullName, "feature/one");
    for (const name of ["x/../main", "../heads/main", "main/.", "main?x=1", "-main"]) {
      expect(await source.readHead(grant, externalId, name, null)).toMatchObject({ commit: null });
      expect(await source.searchBranches(grant, externalId, name)).toEqual([]);
    }
    expect(await source.searchBranches(grant, externalId, "feature/")).toHaveLength(1);
  });

  test("branches are found by a part of their name, slashes included", async () => {
    const grant = await subject.host().grant();
    const { externalId, fullName } = await subject.host().addRepository(unique("branches"));
    const commit = await subject.host().push(fullName, "feature/søk#1");
    expect(await source.searchBranches(grant, externalId, "søk")).toEqual([
      { name: "feature/søk#1", commit },
    ]);
    expect(await source.readHead(grant, externalId, "feature/søk#1", null)).toMatchObject({ commit });
  });
}

/** What hooks by a host's API must do. */
export function describeHooks(subject: Pick<Subject, "provider" | "host">): void {
  const hooksOf = ({ instance }: Grant): ApiHooks => {
    const hooks = subject.provider.hooks(instance);
    if (hooks.kind === "manual") throw new Error("The suite was given a grant for a host without an API.");
    return hooks;
  };
  const address = () => `http://127.0.0.1:9/api/webhooks/${randomBytes(8).toString("hex")}`;
  const secret = () => new Secret(randomBytes(16).toString("hex"));

  test("a hook is created once, found by its address, given another secret, and deleted once", async () => {
    const grant = await subject.host().grant();
    const { externalId, fullName } = await subject.host().addRepository(unique("hooked"));
    const [first, second] = [address(), address()];
    const made = await hooksOf(grant).createHook(grant, externalId, { address: first, secret: secret() });
    await expect(
      hooksOf(grant).createHook(grant, externalId, { address: first, secret: secret() }),
    ).rejects.toMatchObject({
      name: "ProviderRejected",
      reason: "exists",
    });
    expect(await hooksOf(grant).findHook(grant, externalId, first)).toMatchObject({
      externalId: made.externalId,
    });
    const fresh = secret();
    // A host that keeps a hook's secret through every edit gives it another id.
    const changed = await hooksOf(grant).updateHook(grant, externalId, made.externalId, {
      address: second,
      secret: fresh,
    });
    expect(await subject.host().registeredHooks?.(fullName)).toEqual([
      { address: second, secret: fresh.reveal() },
    ]);
    expect(await hooksOf(grant).findHook(grant, externalId, first)).toBeNull();
    expect(await hooksOf(grant).deleteHook(grant, externalId, changed.externalId)).toBe("done");
    expect(await hooksOf(grant).deleteHook(grant, externalId, changed.externalId)).toBe("already_gone");
  });

  test("deleting a hook of a deleted repository finds nothing left to do", async () => {
    const grant = await subject.host().grant();
    const { externalId, fullName } = await subject.host().addRepository(unique("hooked"));
    const made = await hooksOf(grant).createHook(grant, externalId, { address: address(), secret: secret() });
    await subject.host().remove(fullName);
    expect(await hooksOf(grant).deleteHook(grant, externalId, made.externalId)).toBe("already_gone");
    await expect(
      hooksOf(grant).createHook(grant, externalId, { address: address(), secret: secret() }),
    ).rejects.toBeInstanceOf(RepositoryGone);
  });

  test("a host that is down is down, not wrong, for hooks too", async () => {
    const { grant, externalId } = await subject.host().down();
    await expect(hooksOf(grant).deleteHook(grant, externalId, "1")).rejects.toBeInstanceOf(
      ProviderUnavailable,
    );
  });
}

/** What every kind of host's calls must be, whoever reads them. */
export function describeDeliveries(webhook: Webhook, recorded: RecordedWebhook): void {
  const { deliveries, sign, otherEvent } = recorded;
  const secret = new Secret("a secret of this test");
  const pushes = deliveries.filter(({ expected }) => expected.kind === "push");

  test.each(deliveries)("recorded delivery: $name", ({ event, headers, body, expected }) => {
    const bytes = Buffer.from(JSON.stringify(body));
    const raw = [...headers, ...sign(bytes, secret)];
    expect(webhook.verify(toHeaders(raw), raw, bytes, secret)).toBe(true);
    expect(webhook.delivery(toHeaders(raw), bytes)?.event).toBe(event);
    expect(webhook.parse(event, bytes)).toEqual(expected);
  });

  test("what proves a call proves no other secret's, and nothing proves a call without it", () => {
    for (const { headers, body } of pushes) {
      const bytes = Buffer.from(JSON.stringify(body));
      const raw = [...headers, ...sign(bytes, secret)];
      expect(webhook.verify(toHeaders(raw), raw, bytes, new Secret("another"))).toBe(false);
      expect(webhook.verify(toHeaders(headers), headers, bytes, secret)).toBe(false);
      expect(webhook.verify({}, [], bytes, secret)).toBe(false);
    }
  });

  test("a call is told from another by an id that can be stored; without the name of its event it is none", () => {
    for (const { headers, body } of deliveries) {
      const bytes = Buffer.from(JSON.stringify(body));
      expect(webhook.delivery(toHeaders(headers), bytes)?.id).toMatch(/^[\w.:{}-]{1,100}$/);
    }
    expect(webhook.delivery({}, Buffer.from("{}"))).toBeNull();
  });

  test("an event that its payload does not bear out is malformed", () => {
    const malformed = expect.objectContaining({ name: "ProviderRejected", reason: "malformed" });
    for (const { event, body } of deliveries) {
      const bytes = Buffer.from(JSON.stringify(body));
      expect(() => webhook.parse(otherEvent(event), bytes), event).toThrow(malformed);
    }
    const push = pushes[0]?.event ?? "push";
    for (const text of ["", "payload=%7B%7D", "[]", '{"ref":', "\xff"]) {
      expect(() => webhook.parse(push, Buffer.from(text, "latin1")), text).toThrow(malformed);
    }
  });
}

const toHeaders = (raw: string[]): IncomingHttpHeaders =>
  Object.fromEntries(raw.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1] ?? ""]] : [])));

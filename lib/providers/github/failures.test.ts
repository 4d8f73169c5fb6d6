import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FaultAction } from "@/e2e/forge/faults/fault";
import { ProviderRejected, ProviderUnavailable } from "@/lib/providers/errors";
import { github } from "@/lib/providers/github";
import type { Grant, Instance } from "@/lib/providers/provider";
import { Secret } from "@/lib/secret";
import { useForge } from "@/lib/testing/forge";

const { forge } = useForge();
let grant: Grant & { instance: Instance; token: Secret };
let clientSecret: Secret;
let repository: string;
const redirectUri = "http://localhost:3000/api/integrations/pin_test/callback";

beforeAll(async () => {
  const { admin, url, apiUrl } = forge();
  await admin.createUser({ login: "octocat" });
  const client = await admin.registerClient({ callback: redirectUri });
  clientSecret = new Secret(client.clientSecret);
  const { token } = await admin.issueToken("octocat", ["repo", "read:org"], client.clientId);
  const { clientId } = client;
  grant = {
    instance: { id: "pin_test", provider: "github", origin: url, apiUrl, clientType: "oauth_app", clientId },
    token: new Secret(token),
  };
  repository = String((await admin.createRepository({ owner: "octocat", name: "hello" })).id);
});
beforeEach(() => forge().admin.clearFaults());

const onApi = (action: FaultAction) => forge().admin.fault({ match: { path: "/api/v3/**" }, action });
const onToken = (action: FaultAction) =>
  forge().admin.fault({ match: { path: "/login/oauth/access_token" }, action });
const read = () => github.source.getRepository(grant, repository);
const exchange = () =>
  github.authorization.exchange(grant.instance, clientSecret, {
    code: "c".repeat(20),
    verifier: "v".repeat(43),
    redirectUri,
  });
const failure = (call: Promise<unknown>): Promise<ProviderUnavailable> =>
  call.then(
    () => {
      throw new Error("It did not fail.");
    },
    (error) => error,
  );

describe("what the API's misbehaviour means", () => {
  test.each<[string, FaultAction, string]>([
    ["HTML instead of JSON", { kind: "html", status: 200 }, "bad_answer"],
    ["an HTML error page", { kind: "html", status: 502 }, "server_error"],
    ["5xx", { kind: "status", status: 503 }, "server_error"],
    ["a connection cut before the answer", { kind: "drop", when: "before" }, "unreachable"],
    ["an answer cut in its middle", { kind: "truncate", bytes: 20 }, "unreachable"],
    [
      "a redirect to another host",
      { kind: "redirect", location: "http://127.0.0.1:9/repositories/1" },
      "bad_answer",
    ],
  ])("%s: unavailable", async (_, action, cause) => {
    await onApi(action);
    const error = await failure(read());
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(error.cause_).toBe(cause);
  });

  test("a redirect within the API to anything but a repository is not followed", async () => {
    await onApi({ kind: "redirect", location: `${grant.instance.apiUrl}/user`, status: 302 });
    expect(await failure(read())).toMatchObject({ cause_: "bad_answer" });
  });

  test("a primary rate limit says until when; so do Retry-After and mere words of a secondary one", async () => {
    const inSeconds = (date: Date | null) => Math.round(((date?.getTime() ?? 0) - Date.now()) / 1000);
    await onApi({ kind: "rate_limit", resetSeconds: 120 });
    const primary = await failure(read());
    expect(primary.cause_).toBe("rate_limited");
    expect(inSeconds(primary.retryAt)).toBeGreaterThan(110);
    expect(inSeconds(primary.retryAt)).toBeLessThanOrEqual(121);
    await onApi({ kind: "rate_limit", secondary: true, retryAfterSeconds: 40 });
    const secondary = await failure(read());
    expect(secondary.cause_).toBe("rate_limited");
    expect(inSeconds(secondary.retryAt)).toBeGreaterThan(35);
    expect(inSeconds(secondary.retryAt)).toBeLessThanOrEqual(41);
    await onApi({
      kind: "status",
      status: 403,
      body: { message: "You have exceeded a secondary rate limit. Please wait." },
    });
    expect(inSeconds((await failure(read())).retryAt)).toBeGreaterThan(50);
  });

  test("a plain 403 is not a rate limit, and none of its words get out", async () => {
    await onApi({ kind: "status", status: 403, body: { message: "Resource not accessible, <b>you</b>" } });
    const error = await failure(github.hooks().findHook(grant, repository, "http://nowhere"));
    expect(error).toBeInstanceOf(ProviderRejected);
    expect(error.message).not.toContain("accessible");
  });

  test("no failure carries the token", async () => {
    for (const action of [
      { kind: "status", status: 500 },
      { kind: "status", status: 403 },
      { kind: "drop", when: "before" },
    ] as const) {
      await onApi(action);
      const error = await failure(github.hooks().findHook(grant, repository, "http://nowhere"));
      const seen = JSON.stringify([error, error.stack, error.cause, Object.entries(error)]);
      expect(seen).not.toContain(grant.token.reveal());
    }
  });
});

describe("what the token endpoint's misbehaviour means", () => {
  test("an error inside HTTP 200 is an error, and keeps its reason", async () => {
    expect(await failure(exchange())).toMatchObject({ name: "ProviderRejected", reason: "invalid_grant" });
    await onToken({ kind: "status", status: 200, body: { error: "incorrect_client_credentials" } });
    expect(await failure(exchange())).toMatchObject({ name: "ClientRejected" });
    await onToken({ kind: "status", status: 200, body: { error: "unverified_user_email" } });
    expect(await failure(exchange())).toMatchObject({ reason: "unverified_email" });
  });

  test.each<[string, FaultAction, string]>([
    [
      "a redirect, which would post the client secret elsewhere",
      { kind: "redirect", location: "http://127.0.0.1:9/", status: 307 },
      "bad_answer",
    ],
    ["HTML", { kind: "html", status: 200 }, "bad_answer"],
    ["5xx", { kind: "status", status: 500 }, "server_error"],
    ["no answer", { kind: "drop", when: "before" }, "unreachable"],
    [
      "too much of an answer",
      { kind: "status", status: 200, body: { access_token: "x".repeat(70_000), token_type: "bearer" } },
      "unreachable",
    ],
    [
      "another kind of token",
      { kind: "status", status: 200, body: { access_token: "x", token_type: "mac", scope: "repo" } },
      "bad_answer",
    ],
    [
      "no token",
      { kind: "status", status: 200, body: { token_type: "bearer", scope: "repo" } },
      "bad_answer",
    ],
  ])("%s: unavailable", async (_, action, cause) => {
    await onToken(action);
    const error = await failure(exchange());
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(error.cause_).toBe(cause);
  });

  test("an absurd lifetime is clamped to a year", async () => {
    const body = { access_token: "x", token_type: "bearer", scope: "", expires_in: 1e12, refresh_token: "y" };
    await onToken({ kind: "status", status: 200, body });
    const tokens = await exchange();
    expect(tokens.accessExpiresIn).toBe(366 * 24 * 3600);
    expect(tokens.refreshToken).toBeInstanceOf(Secret);
    expect(tokens.scopes).toEqual([]);
  });

  test("a host that takes its time is given up on: 10 s for a token, 15 s for the API", async () => {
    await onToken({ kind: "delay", ms: 20_000 });
    await onApi({ kind: "delay", ms: 20_000 });
    const began = Date.now();
    const took = (call: Promise<unknown>) =>
      failure(call).then((error) => ({
        cause: error.cause_,
        seconds: Math.round((Date.now() - began) / 1000),
      }));
    const [token, api] = await Promise.all([took(exchange()), took(read())]);
    expect(token).toEqual({ cause: "timeout", seconds: 10 });
    expect(api).toEqual({ cause: "timeout", seconds: 15 });
  });
});

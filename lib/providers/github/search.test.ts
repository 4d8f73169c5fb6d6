import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { github } from "@/lib/providers/github";
import type { Grant, Instance } from "@/lib/providers/provider";
import { Secret } from "@/lib/secret";
import { useForge } from "@/lib/testing/forge";

const { forge } = useForge();
const HUNDRED_AND_MORE = 105;
let instance: Instance;

beforeAll(async () => {
  const { admin, url, apiUrl } = forge();
  const { clientId } = await admin.registerClient({ callback: "http://localhost:3000/x" });
  instance = { id: "pin_test", provider: "github", origin: url, apiUrl, clientType: "oauth_app", clientId };
  await admin.createUser({ login: "octocat" });
  await admin.createUser({ login: "stranger" });
  await admin.createOrg({ login: "tidepool", admins: ["octocat"] });
  for (let i = 1; i <= HUNDRED_AND_MORE; i++) {
    await admin.createRepository({
      owner: "octocat",
      name: `repo-${String(i).padStart(3, "0")}`,
      empty: true,
    });
  }
  await admin.createRepository({ owner: "tidepool", name: "storefront", private: true });
  await admin.createRepository({ owner: "tidepool", name: "attic", archived: true });
  await admin.createRepository({ owner: "stranger", name: "public-thing" });
  await admin.createRepository({ owner: "stranger", name: "secret-thing", private: true });
}, 120_000);

/** A token of its own for each test: lists are remembered for each token. */
async function freshGrant(): Promise<Grant> {
  const { token } = await forge().admin.issueToken("octocat", ["repo", "read:org"], instance.clientId);
  return { instance, token: new Secret(token) };
}
beforeEach(() => forge().admin.clearRequests());
afterEach(() => vi.useRealTimers());

/** The clock only: timers keep running, and requests with them. */
const later = (milliseconds: number) =>
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });

const listCalls = async () => (await forge().admin.requests({ path: "/api/v3/user/repos" })).length;
const search = async (grant: Grant, query: string) => await github.source.searchRepositories(grant, query);
const names = (page: { items: { fullName: string }[] }) => page.items.map(({ fullName }) => fullName);

describe("searching what an account reaches", () => {
  test("finds beyond the first page, own and organizations' repositories, and counts them all", async () => {
    const grant = await freshGrant();
    const everything = await search(grant, "");
    expect(everything.total).toBe(HUNDRED_AND_MORE + 2);
    expect(names(await search(grant, "repo-001"))).toEqual(["octocat/repo-001"]);
    expect(names(await search(grant, "STORE"))).toEqual(["tidepool/storefront"]);
    expect(await search(grant, "repo-00")).toMatchObject({ matched: 9, total: HUNDRED_AND_MORE + 2 });
  });

  test("an archived repository says so", async () => {
    const { items } = await search(await freshGrant(), "attic");
    expect(items).toMatchObject([{ fullName: "tidepool/attic", isArchived: true }]);
  });

  test("a typed owner/name is looked up where no list has it; a private one of a stranger stays unknown", async () => {
    const grant = await freshGrant();
    expect(names(await search(grant, "stranger/public-thing"))).toEqual(["stranger/public-thing"]);
    expect(names(await search(grant, "stranger/secret-thing"))).toEqual([]);
    expect(names(await search(grant, "../../etc/passwd"))).toEqual([]);
  });

  test("many people searching at once read the list once; a refresh reads it anew, conditionally", async () => {
    const grant = await freshGrant();
    await Promise.all(["a", "b", "repo-1", ""].map((query) => search(grant, query)));
    expect(await listCalls()).toBe(2);
    const before = (await search(grant, "")).fetchedAt;
    await forge().admin.clearRequests();
    later(11_000);
    const fresh = await github.source.searchRepositories(grant, "", { isFresh: true });
    expect(fresh.fetchedAt.getTime()).toBeGreaterThan(before.getTime());
    const answers = await forge().admin.requests({ path: "/api/v3/user/repos" });
    expect(answers.map(({ status }) => status)).toEqual([304, 304]);
    expect(fresh.total).toBe(HUNDRED_AND_MORE + 2);
  });

  test("refreshing again and again reads a list once in ten seconds, and shares the read under way", async () => {
    const grant = await freshGrant();
    const refresh = () => github.source.searchRepositories(grant, "", { isFresh: true });
    await Promise.all([refresh(), refresh(), refresh()]);
    await refresh();
    expect(await listCalls()).toBe(2);
    later(11_000);
    await Promise.all([refresh(), refresh()]);
    expect(await listCalls()).toBe(4);
  });

  test("a failure is not remembered", async () => {
    const grant = await freshGrant();
    await forge().admin.fault({
      match: { path: "/api/v3/user/repos" },
      action: { kind: "status", status: 500 },
    });
    await expect(search(grant, "")).rejects.toMatchObject({ name: "ProviderUnavailable" });
    expect((await search(grant, "")).total).toBe(HUNDRED_AND_MORE + 2);
  });

  test("one account's list is never another's", async () => {
    await search(await freshGrant(), "");
    const { token } = await forge().admin.issueToken("stranger", ["repo"], instance.clientId);
    expect(await search({ instance, token: new Secret(token) }, "")).toMatchObject({ total: 2 });
  });
});

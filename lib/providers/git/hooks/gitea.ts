import { z } from "zod";
import { ProviderRejected } from "@/lib/providers/errors";
import {
  type ApiCall,
  badAnswer,
  callHost,
  credentialOf,
  dataOf,
  repositoryInApi,
} from "@/lib/providers/git/hooks/call";
import type { ApiHooks, Grant, HookRegistration } from "@/lib/providers/provider";
import type { Secret } from "@/lib/secret";

const hook = z.object({
  id: z.number(),
  active: z.boolean(),
  config: z.object({ url: z.string().optional() }),
});
const PAGE = 50;
const PAGES = 10;

type Wanted = { address: string; secret: Secret };

/** Webhooks of a repository at Gitea and Forgejo, by a token that may write to it [Gitea API, "repository"]. */
export const giteaHooks: ApiHooks = {
  kind: "api",

  async createHook(grant, externalId, wanted) {
    // Gitea keeps as many webhooks of one address as it is given.
    if (await findByAddress(grant, externalId, (url) => url === wanted.address)) {
      throw new ProviderRejected("exists", "The host already has a webhook with this address.");
    }
    return await create(grant, externalId, wanted);
  },

  findHook: (grant, externalId, prefix) => findByAddress(grant, externalId, (url) => url.startsWith(prefix)),

  /** Made anew: an edit leaves the secret as it was. If only the first half happens, the next look finds none and makes one. */
  async updateHook(grant, externalId, hookId, wanted) {
    await giteaHooks.deleteHook(grant, externalId, hookId);
    return await create(grant, externalId, wanted);
  },

  async deleteHook(grant, externalId, hookId) {
    const answer = await call(
      grant,
      "DELETE",
      `${await hooksPath(grant, externalId)}/${encodeURIComponent(hookId)}`,
    );
    if (answer.status === 404) return "already_gone";
    dataOf(answer);
    return "done";
  },
};

async function create(
  grant: Grant,
  externalId: string,
  { address, secret }: Wanted,
): Promise<HookRegistration> {
  const answer = await call(grant, "POST", await hooksPath(grant, externalId), {
    type: "gitea",
    active: true,
    // A branch or tag that goes is told by an event of its own.
    events: ["push", "create", "delete"],
    config: { url: address, content_type: "json", secret: secret.reveal() },
  });
  const parsed = hook.safeParse(dataOf(answer));
  if (!parsed.success) throw badAnswer();
  return toRegistration(parsed.data);
}

async function findByAddress(
  grant: Grant,
  externalId: string,
  isOurs: (url: string) => boolean,
): Promise<HookRegistration | null> {
  for (let page = 1; page <= PAGES; page += 1) {
    const path = `${await hooksPath(grant, externalId)}?limit=${PAGE}&page=${page}`;
    const listed = z.array(hook).safeParse(dataOf(await call(grant, "GET", path)));
    if (!listed.success) throw badAnswer();
    const found = listed.data.find(({ config }) => isOurs(config.url ?? ""));
    if (found) return toRegistration(found);
    if (listed.data.length === 0) return null;
  }
  return null;
}

async function hooksPath(grant: Grant, externalId: string): Promise<string> {
  const { apiPath, project } = await repositoryInApi(grant, externalId);
  const parts = project.split("/").map(encodeURIComponent);
  return `${apiPath}/api/v1/repos/${parts.join("/")}/hooks`;
}

/** Basic auth takes a token as well as a password, and the user name is known; without one, the token stands alone. */
function call(grant: Grant, method: ApiCall["method"], path: string, content?: unknown) {
  const secret = credentialOf(grant).reveal();
  const authorization = grant.user
    ? `Basic ${Buffer.from(`${grant.user}:${secret}`).toString("base64")}`
    : `token ${secret}`;
  return callHost(grant, {
    method,
    path,
    headers: { authorization },
    ...(content === undefined ? {} : { body: content }),
  });
}

const toRegistration = (found: z.infer<typeof hook>): HookRegistration => ({
  externalId: String(found.id),
  address: found.config.url ?? "",
  isActive: found.active,
  lastStatus: null,
});

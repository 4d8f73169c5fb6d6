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
import { signingToken } from "@/lib/providers/git/webhook/gitlab";
import type { ApiHooks, Grant, HookRegistration } from "@/lib/providers/provider";
import type { Secret } from "@/lib/secret";

const hook = z.object({
  id: z.number(),
  url: z.string(),
  alert_status: z.string().nullish(),
  /** Releases without the signed form have neither. */
  signing_token_present: z.boolean().nullish(),
  token_present: z.boolean().nullish(),
});
const PAGE = 100;
const PAGES = 5;

type Wanted = { address: string; secret: Secret };

/** GitLab's project webhooks, by a token of scope `api` whose role is Maintainer [GitLab docs, "Project webhooks API"]. */
export const gitlabHooks: ApiHooks = {
  kind: "api",

  async createHook(grant, externalId, wanted) {
    // GitLab keeps as many webhooks of one address as it is given.
    if (await findByAddress(grant, externalId, (url) => url === wanted.address)) {
      throw new ProviderRejected("exists", "GitLab already has a webhook with this address.");
    }
    return await create(grant, externalId, wanted);
  },

  findHook: (grant, externalId, prefix) => findByAddress(grant, externalId, (url) => url.startsWith(prefix)),

  async updateHook(grant, externalId, hookId, wanted) {
    const path = `${await hooksPath(grant, externalId)}/${encodeURIComponent(hookId)}`;
    const current = parse(dataOf(await call(grant, "GET", path)));
    // One that GitLab switched off for its failures stays off, whatever is written to it.
    if (!isActive(current)) {
      await gitlabHooks.deleteHook(grant, externalId, hookId);
      return await create(grant, externalId, wanted);
    }
    return await write(grant, externalId, { method: "PUT", path }, wanted);
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

const create = async (grant: Grant, externalId: string, wanted: Wanted): Promise<HookRegistration> =>
  write(grant, externalId, { method: "POST", path: await hooksPath(grant, externalId) }, wanted);

/**
 * Where GitLab signs, the signature is all that its calls carry: the secret, which it would send in the clear with each, is not given
 * to it. A release that cannot sign forgets the signing token without a word, and is given the secret.
 */
async function write(
  grant: Grant,
  externalId: string,
  { method, path }: { method: "POST" | "PUT"; path: string },
  { address, secret }: Wanted,
): Promise<HookRegistration> {
  const settings = {
    url: address,
    push_events: true,
    tag_push_events: true,
    enable_ssl_verification: true,
  };
  const signed = { ...settings, token: "", signing_token: signingToken(secret) };
  const told = parse(dataOf(await call(grant, method, path, signed)));
  if (told.signing_token_present) return toRegistration(told);
  const again = `${await hooksPath(grant, externalId)}/${told.id}`;
  return toRegistration(
    parse(dataOf(await call(grant, "PUT", again, { ...settings, token: secret.reveal() }))),
  );
}

async function findByAddress(
  grant: Grant,
  externalId: string,
  isOurs: (url: string) => boolean,
): Promise<HookRegistration | null> {
  for (let page = 1; page <= PAGES; page += 1) {
    const path = `${await hooksPath(grant, externalId)}?per_page=${PAGE}&page=${page}`;
    const listed = z.array(hook).safeParse(dataOf(await call(grant, "GET", path)));
    if (!listed.success) throw badAnswer();
    const found = listed.data.find(({ url }) => isOurs(url));
    if (found) return toRegistration(found);
    if (listed.data.length < PAGE) return null;
  }
  return null;
}

async function hooksPath(grant: Grant, externalId: string): Promise<string> {
  const { apiPath, project } = await repositoryInApi(grant, externalId);
  return `${apiPath}/api/v4/projects/${encodeURIComponent(project)}/hooks`;
}

function call(grant: Grant, method: ApiCall["method"], path: string, content?: unknown) {
  const headers = { "private-token": credentialOf(grant).reveal() };
  return callHost(grant, { method, path, headers, ...(content === undefined ? {} : { body: content }) });
}

function parse(data: unknown): z.infer<typeof hook> {
  const parsed = hook.safeParse(data);
  if (!parsed.success) throw badAnswer();
  return parsed.data;
}

/** One whose calls prove nothing any more (GitLab can switch signing off) works no more than one that is switched off. */
const isActive = ({ alert_status, ...has }: z.infer<typeof hook>): boolean =>
  alert_status !== "disabled" && !(has.token_present === false && has.signing_token_present !== true);

/** What its last call was answered, GitLab tells only in words ("alert_status"), which the console need not wait for. */
const toRegistration = (found: z.infer<typeof hook>): HookRegistration => ({
  externalId: String(found.id),
  address: found.url,
  isActive: isActive(found),
  lastStatus: null,
});

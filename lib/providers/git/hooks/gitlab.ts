import { z } from "zod";
import { type ApiCall, badAnswer, credentialOf, dataOf } from "@/lib/providers/git/hooks/call";
import { below, type HookCalls, hooksIn, type Wanted } from "@/lib/providers/git/hooks/dialect";
import { signingToken } from "@/lib/providers/git/webhook/gitlab";
import type { HookRegistration } from "@/lib/providers/provider";

const hook = z.object({
  id: z.number(),
  url: z.string(),
  alert_status: z.string().nullish(),
  /** Releases without the signed form have neither. */
  signing_token_present: z.boolean().nullish(),
  token_present: z.boolean().nullish(),
});
type Hook = z.infer<typeof hook>;
const PAGE = 100;

/** GitLab's project webhooks, by a token of scope `api` whose role is Maintainer [GitLab docs, "Project webhooks API"]. */
export const gitlabHooks = hooksIn({
  hooksPath: (project) => `/api/v4/projects/${encodeURIComponent(project)}/hooks`,
  headers: (grant) => ({ "private-token": credentialOf(grant).reveal() }),
  page: (number) => `per_page=${PAGE}&page=${number}`,
  pages: 5,
  isLast: (count) => count < PAGE,
  parse: (told) => toRegistration(parse(told)),
  create: (calls, wanted) => write(calls, { method: "POST", at: "" }, wanted),

  /** One that GitLab switched off for its failures stays off, whatever is written to it. */
  async update(calls, hookId, wanted) {
    const at = below(hookId);
    if (!isActive(parse(dataOf(await calls.send("GET", at))))) return null;
    return await write(calls, { method: "PUT", at }, wanted);
  },
});

/**
 * Where GitLab signs, the signature is all that its calls carry: the secret, which it would send in the clear with each, is not given
 * to it. A release that cannot sign forgets the signing token without a word, and is given the secret.
 */
async function write(
  calls: HookCalls,
  { method, at }: { method: ApiCall["method"]; at: string },
  { address, secret }: Wanted,
): Promise<HookRegistration> {
  const settings = {
    url: address,
    push_events: true,
    tag_push_events: true,
    enable_ssl_verification: true,
  };
  const signed = { ...settings, token: "", signing_token: signingToken(secret) };
  const told = parse(dataOf(await calls.send(method, at, signed)));
  if (told.signing_token_present) return toRegistration(told);
  const again = await calls.send("PUT", below(String(told.id)), { ...settings, token: secret.reveal() });
  return toRegistration(parse(dataOf(again)));
}

function parse(data: unknown): Hook {
  const parsed = hook.safeParse(data);
  if (!parsed.success) throw badAnswer();
  return parsed.data;
}

/** One whose calls prove nothing any more (GitLab can switch signing off) works no more than one that is switched off. */
const isActive = ({ alert_status, ...has }: Hook): boolean =>
  alert_status !== "disabled" && !(has.token_present === false && has.signing_token_present !== true);

/** What its last call was answered, GitLab tells only in words ("alert_status"), which the console need not wait for. */
const toRegistration = (found: Hook): HookRegistration => ({
  externalId: String(found.id),
  address: found.url,
  isActive: isActive(found),
  lastStatus: null,
});

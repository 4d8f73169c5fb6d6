import { z } from "zod";
import { ProviderRejected, RepositoryGone } from "@/lib/providers/errors";
import { GitHubRefusal } from "@/lib/providers/github/answer";
import { callAboutRepository, callWith, parseAnswer } from "@/lib/providers/github/api";
import type { ApiHooks, Grant, HookRegistration } from "@/lib/providers/provider";
import type { Secret } from "@/lib/secret";

const hook = z.object({
  id: z.number(),
  active: z.boolean(),
  config: z.object({ url: z.string().optional() }),
  last_response: z.object({ code: z.number().nullish(), status: z.string().nullish() }).nullish(),
});
/** A repository has at most twenty hooks for one event, so one page holds them all; the second is for other kinds. */
const PAGES = 3;

export const hooks: ApiHooks = {
  kind: "api",

  async createHook(grant, externalId, { address, secret }) {
    const answer = await managing(grant, {
      route: "POST /repositories/{id}/hooks",
      parameters: { id: externalId, ...body(address, secret), name: "web" },
    });
    return toRegistration(parseAnswer(hook, answer.data));
  },

  async findHook(grant, externalId, addressPrefix) {
    for (let page = 1; page <= PAGES; page++) {
      const answer = await managing(grant, {
        route: "GET /repositories/{id}/hooks",
        parameters: { id: externalId, per_page: 100, page },
      });
      const found = parseAnswer(z.array(hook), answer.data);
      const ours = found.find((each) => each.config.url?.startsWith(addressPrefix));
      if (ours) return toRegistration(ours);
      if (found.length < 100) return null;
    }
    return null;
  },

  async updateHook(grant, externalId, hookId, { address, secret }) {
    const answer = await managing(grant, {
      route: "PATCH /repositories/{id}/hooks/{hook_id}",
      parameters: { id: externalId, hook_id: hookId, ...body(address, secret) },
    });
    return toRegistration(parseAnswer(hook, answer.data));
  },

  async deleteHook(grant, externalId, hookId) {
    try {
      await callWith(grant, {
        route: "DELETE /repositories/{id}/hooks/{hook_id}",
        parameters: { id: externalId, hook_id: hookId },
      });
      return "done";
    } catch (error) {
      if (!(error instanceof GitHubRefusal)) throw error;
      if (error.status !== 404 && error.status !== 451) throw toRejection(error);
      return await confirmGone(grant, externalId);
    }
  },
};

/** 404 says "no such hook", "no such repository" and "not yours to see": only the last is worth telling. */
async function confirmGone(grant: Grant, externalId: string): Promise<"already_gone"> {
  try {
    await managing(grant, { route: "GET /repositories/{id}/hooks", parameters: { id: externalId } });
  } catch (error) {
    if (!(error instanceof RepositoryGone)) throw error;
  }
  return "already_gone";
}

function body(address: string, secret: Secret) {
  return {
    active: true,
    events: ["push"],
    config: { url: address, content_type: "json", insecure_ssl: "0", secret: secret.reveal() },
  };
}

type Managing = Parameters<typeof callAboutRepository>[1];

/** Hooks of a repository that one can read but not administer answer 404 as well: tell the two apart by looking at it. */
async function managing(grant: Grant, call: Managing) {
  try {
    return await callAboutRepository(grant, call);
  } catch (error) {
    if (error instanceof GitHubRefusal) throw toRejection(error);
    if (!(error instanceof RepositoryGone)) throw error;
    const { id } = call.parameters as { id: string };
    await callAboutRepository(grant, { route: "GET /repositories/{id}", parameters: { id } });
    throw notAllowed();
  }
}

const toRegistration = (found: z.infer<typeof hook>): HookRegistration => ({
  externalId: String(found.id),
  address: found.config.url ?? "",
  isActive: found.active,
  lastStatus: lastStatusOf(found.last_response),
});

/** A code of null is said of a hook that was never used ("unused"), and of one whose delivery got no answer: that is 0 here. */
function lastStatusOf(last: z.infer<typeof hook>["last_response"]): number | null {
  if (!last) return null;
  const isUnused = !last.status || last.status === "unused" || last.status === "pending";
  return last.code ?? (isUnused ? null : 0);
}

const notAllowed = () =>
  new ProviderRejected("forbidden", "This account may not manage the repository's webhooks.");

/** GitHub answers 422 for "already exists", for an address that it cannot reach and for too many hooks: only its words differ. */
function toRejection(refusal: GitHubRefusal): ProviderRejected {
  if (refusal.status === 403) return notAllowed();
  const words = refusal.words;
  if (words.includes("already exists")) {
    return new ProviderRejected("exists", "GitHub already has a webhook with this address.");
  }
  if (/reachable|not supported|localhost|private|loopback/.test(words)) {
    return new ProviderRejected("unreachable", "GitHub cannot reach this console's address.");
  }
  if (/more than \d+ hooks|too many/.test(words)) {
    return new ProviderRejected("limit", "The repository already has as many webhooks as GitHub permits.");
  }
  return new ProviderRejected("refused", "GitHub refused the webhook.");
}

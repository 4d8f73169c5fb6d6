import { z } from "zod";
import { badAnswer, credentialOf, dataOf } from "@/lib/providers/git/hooks/call";
import { hooksIn } from "@/lib/providers/git/hooks/dialect";
import type { HookRegistration } from "@/lib/providers/provider";

const hook = z.object({
  id: z.number(),
  active: z.boolean(),
  config: z.object({ url: z.string().optional() }),
});
const PAGE = 50;

/** Webhooks of a repository at Gitea and Forgejo, by a token that may write to it [Gitea API, "repository"]. */
export const giteaHooks = hooksIn({
  hooksPath: (project) => `/api/v1/repos/${project.split("/").map(encodeURIComponent).join("/")}/hooks`,

  /** Basic auth takes a token as well as a password, and the user name is known; without one, the token stands alone. */
  headers(grant) {
    const secret = credentialOf(grant).reveal();
    const basic = Buffer.from(`${grant.user}:${secret}`).toString("base64");
    return { authorization: grant.user ? `Basic ${basic}` : `token ${secret}` };
  },

  page: (number) => `limit=${PAGE}&page=${number}`,
  pages: 10,
  // A host may give fewer for each page than it is asked for.
  isLast: (count) => count === 0,
  parse,

  async create(calls, { address, secret }) {
    const answer = await calls.send("POST", "", {
      type: "gitea",
      active: true,
      // A branch or tag that goes is told by an event of its own.
      events: ["push", "create", "delete"],
      config: { url: address, content_type: "json", secret: secret.reveal() },
    });
    return parse(dataOf(answer));
  },

  /** An edit leaves the secret as it was. */
  update: async () => null,
});

function parse(told: unknown): HookRegistration {
  const parsed = hook.safeParse(told);
  if (!parsed.success) throw badAnswer();
  const { id, active, config } = parsed.data;
  return { externalId: String(id), address: config.url ?? "", isActive: active, lastStatus: null };
}

import { z } from "zod";
import { claimOf } from "@/lib/providers/git/webhook/paths";
import { commitId, malformed, parseJson, ref, shaped, toChange } from "@/lib/providers/git/webhook/payload";
import { eventIn, idIn, idOfBody, isHexHmac, valuesOf } from "@/lib/providers/git/webhook/received";
import { type RefChange, UNKNOWN_BEFORE, type Webhook, type WebhookEvent } from "@/lib/providers/provider";

/** One family: Forgejo comes from Gitea, which comes from Gogs. What differs is the names of headers. */
type Family = { signatures: readonly string[]; events: readonly string[]; ids: readonly string[] };

const repository = z.object({ clone_url: z.string().optional(), html_url: z.string().optional() });
const person = z.object({ login: z.string().optional(), username: z.string().optional() }).nullish();

const push = z.object({
  ref,
  before: commitId,
  after: commitId,
  commits: z
    .array(
      z.object({
        id: z.string(),
        message: z.string().optional(),
        author: z.object({ name: z.string().optional() }).optional(),
      }),
    )
    .nullable(),
  pusher: person,
  repository,
});
const named = z.object({
  ref: z.string().min(1),
  ref_type: z.enum(["branch", "tag"]),
  sha: commitId.optional(),
  sender: person,
  repository,
});
const anything = z.object({});

const makeWebhook = (family: Family): Webhook => ({
  /** Each of these headers that is there has to be right, and one has to be there. The one of SHA-1 counts for nothing. */
  verify(_headers, rawHeaders, body, secret) {
    const given = family.signatures.flatMap((name) =>
      valuesOf(rawHeaders, name).map((value) => ({ name, value })),
    );
    const isOnce = new Set(given.map(({ name }) => name)).size === given.length;
    return given.length > 0 && isOnce && given.every((one) => isHexHmac(hexOf(one), body, secret));
  },

  delivery(headers, body) {
    const first = (names: readonly string[], read: (name: string) => string | null) =>
      names.map(read).find((value) => value !== null);
    const event = first(family.events, (name) => eventIn(headers, name));
    const id = first(family.ids, (name) => idIn(headers, name)) ?? idOfBody(body);
    return event ? { id, event } : null;
  },

  parse(event, body) {
    const payload = parseJson(body);
    if (event === "push") return toPush(payload);
    if (event === "create" || event === "delete") return toNamed(event, payload);
    if (push.safeParse(payload).success || named.safeParse(payload).success) throw malformed();
    shaped(anything, payload);
    return { kind: "ignored", event };
  },
});

const hexOf = ({ name, value }: { name: string; value: string }): string | undefined =>
  name === "x-hub-signature-256" ? /^sha256=([0-9a-f]{64})$/.exec(value)?.[1] : value;

function toPush(payload: unknown): WebhookEvent {
  const data = shaped(push, payload);
  if (named.safeParse(payload).success) throw malformed();
  return toEvent(data.repository, data.pusher, toChange(data, data.commits ?? []));
}

/** A branch or tag that came or went: it says where the ref is now, a deletion not even where it was. */
function toNamed(event: "create" | "delete", payload: unknown): WebhookEvent {
  const data = shaped(named, payload);
  const full = data.ref.startsWith("refs/")
    ? data.ref
    : `refs/${data.ref_type === "tag" ? "tags" : "heads"}/${data.ref}`;
  const change = { ref: shaped(ref, full), isForced: false, message: "", author: "" };
  if (event === "delete") {
    return toEvent(data.repository, data.sender, { ...change, before: UNKNOWN_BEFORE, after: null });
  }
  // The push event of a new ref tells the same; where no commit is named, it alone does.
  if (data.sha === undefined) return { kind: "ignored", event };
  return toEvent(data.repository, data.sender, { ...change, before: null, after: data.sha });
}

const toEvent = (
  { clone_url, html_url }: z.infer<typeof repository>,
  who: z.infer<typeof person>,
  change: RefChange,
): WebhookEvent => ({
  kind: "push",
  repository: claimOf([clone_url, html_url]),
  pusher: who?.login ?? who?.username ?? "",
  changes: [change],
});

/** Gitea and Forgejo [Gitea docs, "Webhooks"; Forgejo docs, "Webhooks"]. */
export const gitea = makeWebhook({
  signatures: ["x-gitea-signature", "x-forgejo-signature", "x-hub-signature-256"],
  events: ["x-gitea-event", "x-forgejo-event"],
  ids: ["x-gitea-delivery", "x-forgejo-delivery"],
});

/** Gogs [Gogs docs, "Webhooks"]. */
export const gogs = makeWebhook({
  signatures: ["x-gogs-signature"],
  events: ["x-gogs-event"],
  ids: ["x-gogs-delivery"],
});

import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { claimOf } from "@/lib/providers/git/webhook/paths";
import {
  commitId,
  commitOrNull,
  malformed,
  parseJson,
  ref,
  shaped,
} from "@/lib/providers/git/webhook/payload";
import { eventIn, idIn, idOfBody, isHexHmac, onlyValue } from "@/lib/providers/git/webhook/received";
import type { RefChange, Webhook, WebhookEvent } from "@/lib/providers/provider";
import type { Secret } from "@/lib/secret";

/** Both sign with `X-Hub-Signature: sha256=…`; GitHub's older header of that name held SHA-1, which is not taken. */
function verify(_headers: IncomingHttpHeaders, rawHeaders: string[], body: Buffer, secret: Secret): boolean {
  const given = onlyValue(rawHeaders, "x-hub-signature");
  return isHexHmac(given === null ? null : /^sha256=([0-9a-f]{64})$/.exec(given)?.[1], body, secret);
}

function deliveryBy(idHeader: string): Webhook["delivery"] {
  return (headers, body) => {
    const event = eventIn(headers, "x-event-key");
    return event ? { id: idIn(headers, idHeader) ?? idOfBody(body), event } : null;
  };
}

const cloudTip = z.object({
  type: z.string(),
  name: z.string().min(1),
  target: z.object({
    hash: commitId,
    message: z.string().optional(),
    author: z
      .object({
        raw: z.string().optional(),
        user: z.object({ display_name: z.string().optional() }).nullish(),
      })
      .nullish(),
  }),
});
const cloudPush = z.object({
  actor: z.object({ nickname: z.string().nullish(), display_name: z.string().nullish() }).nullish(),
  repository: z.object({ links: z.object({ html: z.object({ href: z.string() }) }) }),
  push: z.object({
    changes: z.array(
      z.object({ old: cloudTip.nullish(), new: cloudTip.nullish(), forced: z.boolean().nullish() }),
    ),
  }),
});

/** Bitbucket Cloud [Atlassian, "Event payloads", "Manage webhooks"]. One push may change several refs. */
export const bitbucketCloud: Webhook = {
  verify,
  delivery: deliveryBy("x-request-uuid"),
  parse(event, body): WebhookEvent {
    const payload = parseJson(body);
    if (event !== "repo:push") return ignored(event, payload, cloudPush);
    const data = shaped(cloudPush, payload);
    return {
      kind: "push",
      repository: claimOf([data.repository.links.html.href]),
      pusher: data.actor?.nickname ?? data.actor?.display_name ?? "",
      changes: data.push.changes.map(toCloudChange),
    };
  },
};

type CloudChange = z.infer<typeof cloudPush>["push"]["changes"][number];

function toCloudChange({ old, new: now, forced }: CloudChange): RefChange {
  const tip = now ?? old;
  if (!tip) throw malformed();
  const isTag = tip.type === "tag" || tip.type === "annotated_tag";
  const author = now?.target.author;
  return {
    ref: shaped(ref, `refs/${isTag ? "tags" : "heads"}/${tip.name}`),
    before: old?.target.hash ?? null,
    after: now?.target.hash ?? null,
    isForced: (forced ?? false) && old != null && now != null,
    message: now?.target.message ?? "",
    author: author?.user?.display_name ?? author?.raw?.replace(/\s*<.*$/, "") ?? "",
  };
}

const commit = z.object({
  id: z.string(),
  message: z.string().optional(),
  author: z.object({ name: z.string().optional() }).optional(),
});
const links = z
  .object({ clone: z.array(z.object({ href: z.string(), name: z.string().optional() })).optional() })
  .optional();
const centerPush = z.object({
  actor: z.object({ name: z.string().optional(), displayName: z.string().optional() }).nullish(),
  repository: z.object({ slug: z.string().min(1), project: z.object({ key: z.string().min(1) }), links }),
  changes: z.array(
    z.object({
      ref: z.object({ id: ref }),
      fromHash: commitId,
      toHash: commitId,
      type: z.enum(["ADD", "UPDATE", "DELETE"]),
    }),
  ),
  toCommit: commit.nullish(),
  commits: z.array(commit).nullish(),
});
const ping = z.object({ test: z.literal(true) });

/** Bitbucket Data Center [Atlassian, "Event payload"]. */
export const bitbucketDataCenter: Webhook = {
  verify,
  delivery: deliveryBy("x-request-id"),
  parse(event, body): WebhookEvent {
    const payload = parseJson(body);
    if (event === "diagnostics:ping") {
      shaped(ping, payload);
      return { kind: "ping" };
    }
    if (event !== "repo:refs_changed") return ignored(event, payload, centerPush);
    const data = shaped(centerPush, payload);
    const { slug, project, links } = data.repository;
    // Older ones name no address: key and slug are unique at a host, so the end of the path tells.
    const http = (links?.clone ?? []).map(({ href }) => href);
    return {
      kind: "push",
      repository: claimOf(http, [`/scm/${project.key}/${slug}`]),
      pusher: data.actor?.name ?? data.actor?.displayName ?? "",
      changes: data.changes.map((change) =>
        toCenterChange(change, [...(data.toCommit ? [data.toCommit] : []), ...(data.commits ?? [])]),
      ),
    };
  },
};

type CenterChange = z.infer<typeof centerPush>["changes"][number];

function toCenterChange(change: CenterChange, commits: readonly z.infer<typeof commit>[]): RefChange {
  const [before, after] = [commitOrNull(change.fromHash), commitOrNull(change.toHash)];
  if ((change.type === "ADD") !== (before === null) || (change.type === "DELETE") !== (after === null)) {
    throw malformed();
  }
  const head = commits.find(({ id }) => id === after);
  return {
    ref: change.ref.id,
    before,
    after,
    isForced: false,
    message: head?.message ?? "",
    author: head?.author?.name ?? "",
  };
}

function ignored(event: string, payload: unknown, push: z.ZodType): WebhookEvent {
  if (push.safeParse(payload).success) throw malformed();
  shaped(z.object({}), payload);
  return { kind: "ignored", event };
}

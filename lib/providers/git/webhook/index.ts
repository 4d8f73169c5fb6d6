import { bitbucketCloud, bitbucketDataCenter } from "@/lib/providers/git/webhook/bitbucket";
import { gitea, gogs } from "@/lib/providers/git/webhook/gitea";
import { gitlab } from "@/lib/providers/git/webhook/gitlab";
import { plain } from "@/lib/providers/git/webhook/plain";
import type { Webhook } from "@/lib/providers/provider";

/** How each kind of host signs and writes its calls. */
export const WEBHOOKS = {
  gitlab,
  gitea,
  gogs,
  bitbucket_cloud: bitbucketCloud,
  bitbucket_data_center: bitbucketDataCenter,
  other: plain,
} as const satisfies Record<string, Webhook>;

export type WebhookKind = keyof typeof WEBHOOKS;

/** By the kind that the integration says its host is, never by what a call says of itself. Unknown kinds speak the plain form. */
export const webhookOf = (hostKind: string | null): Webhook =>
  WEBHOOKS[(hostKind ?? "other") as WebhookKind] ?? plain;

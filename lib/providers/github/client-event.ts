import { z } from "zod";
import { ProviderRejected } from "@/lib/providers/errors";
import type { ClientEvent } from "@/lib/providers/provider";

const account = z.object({ id: z.number().int().positive() });
const revoked = z.object({
  action: z.literal("revoked"),
  sender: account,
  installation: z.never().optional(),
});
const installation = z.object({
  action: z.string(),
  installation: z.object({ id: z.number().int().positive(), account: account.nullish() }),
  sender: account.nullish(),
});
const ping = z.object({ zen: z.string(), hook_id: z.number() });

/** What concerns an installation: created, deleted, suspended, its permissions or its choice of repositories. */
const ABOUT_INSTALLATIONS = ["installation", "installation_repositories", "installation_target"];

/**
 * What a GitHub App's own webhook says [GitHub docs, "Webhook events and payloads": github_app_authorization, installation]. The event's
 * name is outside the signature: the payload's shape has to agree with it. Throws ProviderRejected("malformed").
 */
export function readClientEvent(event: string, body: Buffer): ClientEvent {
  const payload = parseJson(body);
  if (event === "github_app_authorization") {
    return { kind: "revoked", accountId: String(shaped(revoked, payload).sender.id) };
  }
  if (revoked.safeParse(payload).success) throw malformed();
  if (event === "ping") {
    shaped(ping, payload);
    return { kind: "ping" };
  }
  return ABOUT_INSTALLATIONS.includes(event)
    ? toInstallation(shaped(installation, payload))
    : { kind: "ignored", event };
}

function toInstallation({ installation: about, sender }: z.infer<typeof installation>): ClientEvent {
  const accounts = [about.account, sender].flatMap((one) => (one ? [String(one.id)] : []));
  return { kind: "installation", installationId: String(about.id), accountIds: [...new Set(accounts)] };
}

function shaped<T>(schema: z.ZodType<T>, payload: unknown): T {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) throw malformed();
  return parsed.data;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw malformed();
  }
}

const malformed = () =>
  new ProviderRejected("malformed", "The delivery's body is not what its event says it is.");

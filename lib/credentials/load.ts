import { and, eq } from "drizzle-orm";
import { credentials, db, type Executor, integrations, providerInstances, users } from "@/db";
import { CredentialUnavailable } from "@/lib/credentials/errors";
import { disabledSentence, statusSentence } from "@/lib/credentials/sentences";
import { USABLE } from "@/lib/credentials/status";
import { type ReadyInstance, toInstance } from "@/lib/instances";
import { type Host, sourceProvider } from "@/lib/providers";

export type CredentialRow = typeof credentials.$inferSelect;
export type Usable = {
  projectId: string;
  integrationId: string;
  account: string;
  wasDegraded: boolean;
  origin: string;
  /** The host that calls go to. */
  instance: Host;
  /** The same with its OAuth client; null for a host that is reached with what a person entered. */
  client: ReadyInstance | null;
  /** Null where the host is read without a credential. */
  credential: CredentialRow | null;
};

/** What is needed to use an integration, decided now. Throws CredentialUnavailable with the sentence that says why not. */
export async function loadUsable(
  which: { projectId: string; integrationId: string },
  executor: Executor = db(),
): Promise<Usable> {
  const [row] = await executor
    .select({
      integration: integrations,
      instance: providerInstances,
      credential: credentials,
      removedBy: users.name,
    })
    .from(integrations)
    .leftJoin(providerInstances, eq(providerInstances.id, integrations.instanceId))
    .leftJoin(credentials, eq(credentials.integrationId, integrations.id))
    .leftJoin(users, eq(users.id, integrations.removedBy))
    .where(and(eq(integrations.projectId, which.projectId), eq(integrations.id, which.integrationId)));
  if (!row) throw new CredentialUnavailable("integration_removed", "The integration was removed.");
  const { integration, credential } = row;
  refuseUnusable(integration, row.removedBy);
  const client = clientOf(integration, row.instance);
  const instance = client ?? hostOf(integration);
  if (!instance) {
    throw new CredentialUnavailable(
      "instance_unavailable",
      `${providerName(integration)} is not set up on this console any more. Ask an instance admin.`,
    );
  }
  if (!credential && integration.hasCredentials) {
    throw new CredentialUnavailable("integration_removed", "The integration was removed.");
  }
  return {
    ...which,
    account: integration.accountLogin,
    wasDegraded: integration.status === "degraded",
    origin: integration.origin,
    instance,
    client,
    credential,
  };
}

/** What an integration without a provider instance says of its host; null for a provider that needs an instance. */
export function hostOf(row: IntegrationRow): Host | null {
  const { provider, origin, hostKind, pathPrefix, caCertificate } = row;
  if (sourceProvider(provider).authorization.kind === "oauth") return null;
  return { provider, origin, apiUrl: origin, hostKind, pathPrefix, caCertificate };
}

type IntegrationRow = typeof integrations.$inferSelect;
type InstanceRow = typeof providerInstances.$inferSelect;

/** A token goes to the host that it was authorized at, and to no other. Null where that has no client (any more). */
function clientOf(integration: IntegrationRow, row: InstanceRow | null): ReadyInstance | null {
  if (row?.disabledAt) {
    throw new CredentialUnavailable("instance_unavailable", disabledSentence(row.name));
  }
  return row && row.origin === integration.origin ? toInstance(row) : null;
}

function refuseUnusable(row: IntegrationRow, removedBy: string | null): void {
  if (USABLE.includes(row.status)) return;
  const account = row.accountLogin;
  switch (row.status) {
    case "needs_reauthorization": {
      const why = statusSentence({
        status: row.status,
        reason: row.statusReason,
        provider: providerName(row),
      });
      throw new CredentialUnavailable("needs_reauthorization", `${account} needs re-authorization. ${why}`);
    }
    case "paused":
      throw new CredentialUnavailable("integration_paused", `${account} is paused. Resume it to deploy.`);
    default:
      throw new CredentialUnavailable(
        "integration_removed",
        `${removedBy ?? "Somebody"} removed ${account} from this project. Connect it again to deploy.`,
      );
  }
}

const providerName = (row: IntegrationRow) => sourceProvider(row.provider).name;

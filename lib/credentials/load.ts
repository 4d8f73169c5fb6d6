import { and, eq, type SQL, sql } from "drizzle-orm";
import {
  credentials,
  db,
  type Executor,
  type IntegrationReason,
  type IntegrationStatus,
  integrations,
  providerInstances,
  users,
} from "@/db";
import { CredentialUnavailable } from "@/lib/credentials/errors";
import { disabledSentence, statusSentence } from "@/lib/credentials/sentences";
import { USABLE } from "@/lib/credentials/status";
import { type ReadyInstance, toInstance } from "@/lib/instances";
import { type Host, nameOf, sourceProvider } from "@/lib/providers";

export type CredentialRow = typeof credentials.$inferSelect;
export type Which = { projectId: string; integrationId: string };
export type Usable = Which & {
  account: string;
  status: IntegrationStatus;
  reason: IntegrationReason | null;
  /** The provider told us of a revocation, and nobody has confirmed it yet. */
  isRevocationReported: boolean;
  /** Apps may use only what its allow-list names. */
  isRestricted: boolean;
  origin: string;
  /** The host that calls go to. */
  instance: Host;
  /** The same with its OAuth client; null for a host that is reached with what a person entered. */
  client: ReadyInstance | null;
  /** Null where the host is read without a credential. */
  credential: CredentialRow | null;
  /** By the database's clock: the access token has ended. */
  isExpired: boolean;
  /** It ends within a minute. */
  isStale: boolean;
};
export type Refreshable = Usable & { client: ReadyInstance; credential: CredentialRow };

export const isRefreshable = (usable: Usable): usable is Refreshable =>
  usable.client !== null && typeof usable.credential?.refreshTokenSealed === "string";

/** When a credential may be taken: a health probe may also ask for an account that is suspended, keeping alive for a paused one. */
export type Admission = (row: {
  status: IntegrationStatus;
  statusReason: IntegrationReason | null;
}) => boolean;
const whenUsable: Admission = ({ status }) => USABLE.includes(status);

const isExpired: SQL<boolean> = sql<boolean>`coalesce(${credentials.accessExpiresAt} <= clock_timestamp(), false)`;
/** A provider whose tokens last less than a minute is not asked for another one at each use. */
const isStale: SQL<boolean> = sql<boolean>`coalesce(${credentials.accessExpiresAt} <= clock_timestamp()
    + case when ${credentials.issuedAt} <= clock_timestamp() - interval '30 seconds' then interval '60 seconds'
      else interval '0' end, false)`;

/** What is needed to use an integration, decided now. Throws CredentialUnavailable with the sentence that says why not. */
export async function loadUsable(
  which: Which,
  executor: Executor = db(),
  admits: Admission = whenUsable,
): Promise<Usable> {
  const [row] = await executor
    .select({
      integration: integrations,
      instance: providerInstances,
      credential: credentials,
      removedBy: users.name,
      isExpired,
      isStale,
    })
    .from(integrations)
    .leftJoin(providerInstances, eq(providerInstances.id, integrations.instanceId))
    .leftJoin(credentials, eq(credentials.integrationId, integrations.id))
    .leftJoin(users, eq(users.id, integrations.removedBy))
    .where(and(eq(integrations.projectId, which.projectId), eq(integrations.id, which.integrationId)));
  if (!row) throw new CredentialUnavailable("integration_removed", "The integration was removed.");
  const { integration, credential } = row;
  if (!admits(integration)) throw refusal(integration, row.removedBy);
  const client = clientOf(integration, row.instance);
  const instance = client ?? hostOf(integration);
  if (!instance) {
    throw new CredentialUnavailable(
      "instance_unavailable",
      `${nameOf(integration)} is not set up on this console any more. Ask an instance admin.`,
    );
  }
  if (!credential && integration.hasCredentials) {
    throw new CredentialUnavailable("integration_removed", "The integration was removed.");
  }
  return {
    projectId: which.projectId,
    integrationId: which.integrationId,
    account: integration.accountLogin,
    status: integration.status,
    reason: integration.statusReason,
    isRevocationReported: integration.revocationReportedAt !== null,
    isRestricted: integration.isRestricted,
    origin: integration.origin,
    instance,
    client,
    credential,
    isExpired: row.isExpired,
    isStale: row.isStale,
  };
}

/** What an integration without a provider instance says of its host; null for a provider that needs an instance. */
export function hostOf(row: IntegrationRow): Host | null {
  const { provider, origin, apiPath, hostKind, pathPrefix, caCertificate } = row;
  if (sourceProvider(provider).authorization.kind === "oauth") return null;
  return { provider, origin, apiUrl: origin, apiPath, hostKind, pathPrefix, caCertificate };
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

function refusal(row: IntegrationRow, removedBy: string | null): CredentialUnavailable {
  const account = row.accountLogin;
  switch (row.status) {
    case "needs_reauthorization": {
      const why = statusSentence({
        status: row.status,
        reason: row.statusReason,
        provider: nameOf(row),
      });
      return new CredentialUnavailable("needs_reauthorization", `${account} needs re-authorization. ${why}`);
    }
    case "paused":
      return new CredentialUnavailable("integration_paused", `${account} is paused. Resume it to deploy.`);
    default:
      return new CredentialUnavailable(
        "integration_removed",
        `${removedBy ?? "Somebody"} removed ${account} from this project. Connect it again to deploy.`,
      );
  }
}

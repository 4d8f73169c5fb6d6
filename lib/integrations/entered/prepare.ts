import { and, eq, inArray } from "drizzle-orm";
import { db, type Executor, integrations } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import { invalid, notFound } from "@/lib/errors";
import { parseAuthority } from "@/lib/integrations/entered/certificate";
import type { EnteredInput } from "@/lib/integrations/entered/input";
import { redactor } from "@/lib/log";
import { type CredentialsAuthorization, type Grant, ProviderRejected, sourceProvider } from "@/lib/providers";
import { Secret } from "@/lib/secret";

export type IntegrationRow = typeof integrations.$inferSelect;

/** What was entered, looked at and put in order, before any host is asked. */
export type Prepared = {
  authorization: CredentialsAuthorization;
  grant: Grant;
  /** The integration that already has this address; null for a first connection. */
  existing: IntegrationRow | null;
  /** What the test reads: the address itself, or a repository below it. */
  repository: string;
};

/** Throws ConsoleError with the field that has to change. */
export async function prepare(ctx: ProjectContext, input: EnteredInput): Promise<Prepared> {
  const { authorization } = sourceProvider(input.provider);
  if (authorization.kind !== "credentials") throw notFound();
  const meant = input.integrationId ? await loadMeant(ctx, input) : null;
  const { origin, pathPrefix } = meant ?? parseAddress(authorization, input.url);
  const existing = meant ?? (await findAt(db(), ctx, { provider: input.provider, origin, pathPrefix }));
  const isWithout = input.isAnonymous || isFirstLook(input);
  const user = isWithout || input.userName === "" ? null : input.userName;
  const token = isWithout ? null : requireToken(input);
  if (token) redactor.add(token);
  const hostKind = knownKind(authorization, input.hostKind);
  // Of a host that has still to say which kind it is, later.
  if (token && !user && hostKind !== null) requireNameless(authorization, hostKind);
  const caCertificate = parseAuthority(input.caCertificate);
  const instance = { provider: input.provider, origin, apiUrl: origin, hostKind, pathPrefix, caCertificate };
  return {
    authorization,
    grant: { instance, user, token },
    existing,
    repository: input.testWith || origin + pathPrefix,
  };
}

/** Its address is what the integration is: another one is another integration. */
async function loadMeant(ctx: ProjectContext, input: EnteredInput): Promise<IntegrationRow> {
  const [row] = await db()
    .select()
    .from(integrations)
    .where(and(ofProject(ctx, input.provider), eq(integrations.id, input.integrationId ?? "")));
  if (!row) throw notFound();
  return row;
}

const ofProject = (ctx: ProjectContext, provider: string) =>
  and(
    eq(integrations.projectId, ctx.projectId),
    eq(integrations.provider, provider),
    inArray(integrations.status, [...CONNECTED]),
  );

type Address = { provider: string; origin: string; pathPrefix: string };

/** The same address again is the same integration: what is entered then replaces its credential. */
export async function findAt(
  executor: Executor,
  ctx: ProjectContext,
  { provider, origin, pathPrefix }: Address,
): Promise<IntegrationRow | null> {
  const [row] = await executor
    .select()
    .from(integrations)
    .where(
      and(
        ofProject(ctx, provider),
        eq(integrations.origin, origin),
        eq(integrations.accountId, origin + pathPrefix),
      ),
    );
  return row ?? null;
}

function parseAddress(authorization: CredentialsAuthorization, url: string) {
  try {
    return authorization.parseAddress(url);
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error;
    throw invalid(error.message, { url: error.message });
  }
}

/** A test with the address alone: the host is asked what it is, so that the form can say what to enter. */
const isFirstLook = ({ intent, integrationId, userName, token }: EnteredInput): boolean =>
  intent === "test" && !integrationId && userName === "" && token === "";

/** Throws ConsoleError where this kind of host takes no token without a user name. */
export function requireNameless({ hostKinds }: CredentialsAuthorization, hostKind: string): void {
  if (hostKinds.find(({ id }) => id === hostKind)?.user.isOptional) return;
  const message = "Enter the user name that goes with the token.";
  throw invalid(message, { userName: message });
}

function requireToken({ token, integrationId }: EnteredInput): Secret {
  if (token !== "") return new Secret(token);
  const message = integrationId
    ? "Enter the token again: the one that is sealed cannot be shown or copied."
    : "Enter the token, or choose that no credential is needed.";
  throw invalid(message, { token: message });
}

/** Empty is found out later. */
function knownKind(authorization: CredentialsAuthorization, kind: string): string | null {
  if (kind === "") return null;
  if (authorization.hostKinds.some(({ id }) => id === kind)) return kind;
  const message = "Choose one of the kinds that are listed.";
  throw invalid(message, { hostKind: message });
}

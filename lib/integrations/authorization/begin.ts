import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { authorizationAttempts, db, integrations, newId } from "@/db";
import { type ProjectContext, requirePermission, type Session } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import { conflict, notFound } from "@/lib/errors";
import { callbackUrl, loadInstanceRow, type ReadyInstance, toInstance } from "@/lib/instances";
import {
  ATTEMPT_SECONDS,
  type AttemptCookie,
  attemptCookie,
} from "@/lib/integrations/authorization/attempt-cookie";
import { randomSecret, sha256 } from "@/lib/integrations/authorization/hash";
import { oauthOf } from "@/lib/providers";

export type Begun = { url: string; cookie: AttemptCookie };

/**
 * Starts a handshake [RFC 9700, RFC 7636]: an attempt that works once, for ten minutes, for this person, session, project and
 * instance; its random values are stored as hashes only. Answers where to send the browser and what to leave in it.
 */
export async function beginAuthorization(
  ctx: ProjectContext,
  session: Session,
  input: { instanceId: string; integrationId?: string | undefined },
): Promise<Begun> {
  requirePermission(ctx, "integration.manage");
  const instance = await readyInstance(input.instanceId);
  const known = input.integrationId ? await loadKnown(ctx, instance, input.integrationId) : null;
  const authorization = oauthOf(instance.provider);
  const scopes = scopesFor(instance);
  const [id, state, nonce, verifier] = [newId("att"), randomSecret(), randomSecret(), randomSecret()];
  await forgetOldAttempts();
  await db()
    .insert(authorizationAttempts)
    .values({
      id,
      projectId: ctx.projectId,
      instanceId: instance.id,
      userId: ctx.user.id,
      sessionId: session.sessionId,
      purpose: known ? "reauthorize" : "connect",
      integrationId: known?.id ?? null,
      stateHash: sha256(state.reveal()),
      nonceHash: sha256(nonce.reveal()),
      scopes,
      expiresAt: sql`now() + make_interval(secs => ${ATTEMPT_SECONDS})`,
    });
  const url = authorization.authorizeUrl(instance, {
    state: state.reveal(),
    challenge: sha256(verifier.reveal()),
    redirectUri: callbackUrl(instance.id),
    scopes,
    login: known?.login ?? null,
  });
  return { url: url.href, cookie: attemptCookie({ id, instanceId: instance.id }, { nonce, verifier }) };
}

/** A GitHub App has permissions instead of scopes. */
export const scopesFor = (instance: { provider: string; clientType: string }): string[] =>
  instance.clientType === "oauth_app" ? oauthOf(instance.provider).scopes.map(({ scope }) => scope) : [];

async function readyInstance(id: string): Promise<ReadyInstance> {
  const row = await loadInstanceRow(id);
  if (!row || row.disabledAt) throw notFound();
  const instance = toInstance(row);
  if (!instance)
    throw conflict(`${row.name} has no OAuth client yet. An instance admin adds it under This instance.`);
  return instance;
}

async function loadKnown(ctx: ProjectContext, instance: ReadyInstance, integrationId: string) {
  const [row] = await db()
    .select({ id: integrations.id, login: integrations.accountLogin })
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, ctx.projectId),
        eq(integrations.id, integrationId),
        eq(integrations.instanceId, instance.id),
        inArray(integrations.status, [...CONNECTED]),
      ),
    );
  if (!row) throw notFound();
  return row;
}

async function forgetOldAttempts(): Promise<void> {
  await db()
    .delete(authorizationAttempts)
    .where(lt(authorizationAttempts.expiresAt, sql`now() - interval '1 day'`));
}

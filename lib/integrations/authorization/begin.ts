import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { type AttemptPurpose, authorizationAttempts, db, integrations, newId } from "@/db";
import { type ProjectContext, requirePermission, type Session } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import { conflict, invalid, notFound } from "@/lib/errors";
import { callbackUrl, loadInstanceRow, type ReadyInstance, toInstance } from "@/lib/instances";
import {
  ATTEMPT_SECONDS,
  type AttemptCookie,
  attemptCookie,
} from "@/lib/integrations/authorization/attempt-cookie";
import { choicesOf } from "@/lib/integrations/authorization/granted";
import { randomSecret, sha256 } from "@/lib/integrations/authorization/hash";
import { limitHandshakes } from "@/lib/integrations/limit-attempts";
import { oauthOf } from "@/lib/providers";

export type Begun = { url: string; cookie: AttemptCookie };

export type Beginning = {
  instanceId: string;
  /** Given for a re-authorization, and for a replacement of the account. */
  integrationId?: string | undefined;
  /** The person wants another account in the place of the one that is connected. */
  isReplacement?: boolean | undefined;
  /** What to ask for, by the choice's name; without it what was asked for before, or everything. */
  access?: string | undefined;
};

/**
 * Starts a handshake [RFC 9700, RFC 7636]: an attempt that works once, for ten minutes, for this person, session, project and
 * instance; its random values are stored as hashes only. Answers where to send the browser and what to leave in it. Throws
 * ConsoleError, `rate_limited` for who starts one after the other.
 */
export async function beginAuthorization(
  ctx: ProjectContext,
  session: Session,
  input: Beginning,
): Promise<Begun> {
  requirePermission(ctx, "integration.manage");
  const instance = await readyInstance(input.instanceId);
  const known = input.integrationId ? await loadKnown(ctx, instance, input.integrationId) : null;
  const authorization = oauthOf(instance.provider);
  const scopes = scopesFor(instance, input.access, known?.scopes);
  await limitHandshakes(ctx);
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
      purpose: purposeOf(known, input),
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
    login: input.isReplacement ? null : (known?.login ?? null),
  });
  return { url: url.href, cookie: attemptCookie({ id, instanceId: instance.id }, { nonce, verifier }) };
}

function purposeOf(known: unknown, { isReplacement }: Beginning): AttemptPurpose {
  if (!known) return "connect";
  return isReplacement ? "replace" : "reauthorize";
}

/** What a person chooses counts; then what the integration asked for before. A GitHub App has permissions instead of scopes. */
function scopesFor(instance: ReadyInstance, access: string | undefined, before: string[] = []): string[] {
  const [first, ...others] = choicesOf(instance);
  if (!first) return [];
  if (access === undefined) return before.length > 0 ? before : [...first.scopes];
  const chosen = [first, ...others].find(({ id }) => id === access);
  if (!chosen) throw invalid("Choose what to ask for.", { access: "Choose what to ask for." });
  return [...chosen.scopes];
}

async function readyInstance(id: string): Promise<ReadyInstance> {
  const row = await loadInstanceRow(id);
  if (!row) throw notFound();
  if (row.disabledAt) throw conflict(`An instance admin has disabled ${row.name} on this console.`);
  const instance = toInstance(row);
  if (!instance)
    throw conflict(`${row.name} has no OAuth client yet. An instance admin adds it under This instance.`);
  return instance;
}

async function loadKnown(ctx: ProjectContext, instance: ReadyInstance, integrationId: string) {
  const [row] = await db()
    .select({
      id: integrations.id,
      login: integrations.accountLogin,
      scopes: integrations.requestedScopes,
    })
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

import { db } from "@/db";
import { loadProjectContext, mayRole, type ProjectContext, type Session } from "@/lib/access";
import { revokeUnwanted } from "@/lib/credentials";
import { isConsoleError } from "@/lib/errors";
import { callbackUrl, getInstance, type ReadyInstance, withClientSecret } from "@/lib/instances";
import {
  type AttemptCookie,
  endedCookie,
  readAttemptCookies,
} from "@/lib/integrations/authorization/attempt-cookie";
import {
  type Attempt,
  consumeAttempt,
  projectOfAttempt,
} from "@/lib/integrations/authorization/consume-attempt";
import { AuthorizationFailed, failureCodeOf } from "@/lib/integrations/authorization/failed";
import type { FailureCode } from "@/lib/integrations/authorization/failure-sentences";
import { type Granted, isEnough } from "@/lib/integrations/authorization/granted";
import { isSessionOpen } from "@/lib/integrations/authorization/live-session";
import { type Placed, placeGrant } from "@/lib/integrations/authorization/place";
import { type Callback, readCallback, stateOf } from "@/lib/integrations/authorization/read-callback";
import { type GrantOutcome, settleGrant } from "@/lib/integrations/authorization/settle-grant";
import { redactor, reportUnexpected } from "@/lib/log";
import { oauthOf, type TokenSet } from "@/lib/providers";

export type Returned = {
  instanceId: string;
  params: URLSearchParams;
  cookies: ReadonlyMap<string, string>;
};
/** A path of the console, chosen here; and what ends the attempt's cookie, which has done its work. */
export type Completion = { redirectTo: string; cookie: AttemptCookie | null };

/**
 * Ends a handshake. Everything that binds it is checked before the provider is asked for anything; role and session as they are
 * now, again before the result is written. Never throws: whatever goes wrong becomes a page and a code.
 */
export async function completeAuthorization(session: Session, returned: Returned): Promise<Completion> {
  let attempt: Attempt | null = null;
  try {
    const callback = readCallback(returned.params);
    const cookies = readAttemptCookies(returned.cookies);
    attempt = await consumeAttempt(session, {
      state: callback.state,
      instanceId: returned.instanceId,
      cookies,
    });
    const page = pageOf(await finish(session, attempt, callback));
    return to(attempt.projectId, page, attempt);
  } catch (error) {
    const code = failureCodeOf(error) ?? unexpected(error);
    const projectId = attempt?.projectId ?? (await projectOfAttempt(session, stateOf(returned.params)));
    return to(projectId, { query: { failed: code, instance: returned.instanceId } }, attempt);
  }
}

function unexpected(error: unknown): FailureCode {
  reportUnexpected(error, "authorization callback");
  return "unexpected";
}

type Outcome = { tokensOfAccount: number } & ({ kind: "connected"; integrationId: string } | GrantOutcome);
/** `path` is below the integrations page. */
type Page = { path?: string; query: Record<string, string> };

/** From here on people are told that the account nears the provider's limit. */
const WARN_FROM = 8;

/** A new card is shown among the others; what was re-authorized, or is to be confirmed, on its own page. */
function pageOf(outcome: Outcome): Page {
  const { kind, integrationId, tokensOfAccount } = outcome;
  const tokens = tokensOfAccount >= WARN_FROM ? { tokens: String(tokensOfAccount) } : {};
  if (kind === "connected") return { query: { connected: integrationId, ...tokens } };
  if (kind === "confirmed") return { path: `/${integrationId}`, query: { again: "1", ...tokens } };
  return { path: `/${integrationId}/confirm`, query: { grant: outcome.grantId, ...tokens } };
}

const PROJECT_ID = /^prj_[0-9a-z]{20}$/;

function to(projectId: string | null, { path = "", query }: Page, attempt: Attempt | null): Completion {
  const isKnown = projectId !== null && PROJECT_ID.test(projectId);
  const page = isKnown ? `/projects/${projectId}/integrations${path}` : "/";
  const named = Object.entries(query).filter(([, value]) => /^[\w-]{1,60}$/.test(value));
  return {
    redirectTo: `${page}?${new URLSearchParams(named)}`,
    cookie: attempt && endedCookie(attempt),
  };
}

async function finish(session: Session, attempt: Attempt, callback: Callback): Promise<Outcome> {
  if (callback.error !== null) {
    throw new AuthorizationFailed(callback.error === "access_denied" ? "denied" : "refused");
  }
  await currentManager(session, attempt.projectId);
  const instance = await getInstance(attempt.instanceId);
  if (!instance) throw new AuthorizationFailed("instance");
  refuseForeignIssuer(instance, callback.issuer);
  const tokens = await exchange(instance, attempt, callback.code);
  const placed = await place(session, attempt, { instance, tokens });
  if (placed.kind === "connected") return placed;
  // From here on the waiting row owns the token: it is revoked with it, also if this process dies.
  const settled = await settleGrant(placed, { instance, token: tokens.accessToken }, () =>
    currentManager(session, attempt.projectId),
  );
  return { ...settled, tokensOfAccount: placed.tokensOfAccount };
}

/** Role and session as they are now: an admin who was made a viewer meanwhile, or was signed out elsewhere, connects nothing. */
async function currentManager(session: Session, projectId: string): Promise<ProjectContext> {
  const ctx = await loadProjectContext(session, projectId).catch((error: unknown) => {
    throw isConsoleError(error) ? new AuthorizationFailed("role") : error;
  });
  if (!mayRole(ctx.role, "integration.manage")) throw new AuthorizationFailed("role");
  if (!(await isSessionOpen(db(), session))) throw new AuthorizationFailed("signed_out");
  return ctx;
}

/** A provider that says who answers [RFC 9207] has to be the one that was asked. */
function refuseForeignIssuer(instance: ReadyInstance, issuer: string | null): void {
  if (issuer === null) return;
  const origin = URL.canParse(issuer) ? new URL(issuer).origin : null;
  if (origin !== new URL(instance.origin).origin) throw new AuthorizationFailed("state");
}

async function exchange(instance: ReadyInstance, attempt: Attempt, code: string): Promise<TokenSet> {
  const authorization = oauthOf(instance.provider);
  const redirectUri = callbackUrl(instance.id);
  const verifier = attempt.verifier.reveal();
  const tokens = await withClientSecret(instance, (secret) =>
    authorization.exchange(instance, secret, { code, verifier, redirectUri }),
  );
  redactor.add(tokens.accessToken);
  if (tokens.refreshToken) redactor.add(tokens.refreshToken);
  return tokens;
}

type Exchanged = { instance: ReadyInstance; tokens: TokenSet };

/** Whatever stops it: a token that nobody keeps must not stay alive. */
async function place(session: Session, attempt: Attempt, exchanged: Exchanged): Promise<Placed> {
  const { projectId } = attempt;
  let granted: Granted | null = null;
  try {
    granted = await identify(attempt, exchanged);
    refuseTooLittle(granted);
    return await placeGrant(await currentManager(session, projectId), attempt, granted);
  } catch (error) {
    const { instance, tokens } = exchanged;
    const of = granted && { accountId: granted.account.id, grantedScopes: granted.tokens.scopes };
    await revokeUnwanted({ projectId, instance, tokens, of: of ?? undefined });
    throw error;
  }
}

async function identify(attempt: Attempt, { instance, tokens }: Exchanged): Promise<Granted> {
  const authorization = oauthOf(instance.provider);
  const { account, scopes } = await authorization.identify({ instance, token: tokens.accessToken });
  // An OAuth App's answer and GitHub's header agree; the header is what the token can do now.
  const granted = scopes.length > 0 ? scopes : tokens.scopes;
  return { instance, account, tokens: { ...tokens, scopes: granted }, requestedScopes: attempt.scopes };
}

/** Less than what was asked may still be of use: the integration's page then says what does not work. */
function refuseTooLittle({ instance, requestedScopes, tokens }: Granted): void {
  if (!isEnough(instance, requestedScopes, tokens.scopes)) throw new AuthorizationFailed("scopes");
}

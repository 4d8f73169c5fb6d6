import { loadProjectContext, mayRole, type ProjectContext, type Session } from "@/lib/access";
import { revokeUnwanted } from "@/lib/credentials";
import { isConsoleError } from "@/lib/errors";
import {
  callbackUrl,
  clearMisconfigured,
  clientSecretOf,
  getInstance,
  markMisconfigured,
  type ReadyInstance,
} from "@/lib/instances";
import {
  type AttemptCookie,
  endedCookie,
  readAttemptCookies,
} from "@/lib/integrations/authorization/attempt-cookie";
import { type Connected, connectAccount } from "@/lib/integrations/authorization/connect-account";
import {
  type Attempt,
  consumeAttempt,
  projectOfAttempt,
} from "@/lib/integrations/authorization/consume-attempt";
import { AuthorizationFailed, failureCodeOf } from "@/lib/integrations/authorization/failed";
import type { FailureCode } from "@/lib/integrations/authorization/failure-sentences";
import { type Callback, readCallback, stateOf } from "@/lib/integrations/authorization/read-callback";
import { redactor, reportUnexpected } from "@/lib/log";
import { ClientRejected, oauthOf, type TokenSet } from "@/lib/providers";

export type Returned = {
  instanceId: string;
  params: URLSearchParams;
  cookies: ReadonlyMap<string, string>;
};
/** A path of the console, chosen here; and what ends the attempt's cookie, which has done its work. */
export type Completion = { redirectTo: string; cookie: AttemptCookie | null };

/**
 * Ends a handshake. Everything that binds it is checked before the provider is asked for anything; the role as it is now, twice:
 * before the exchange and before the result is written. Never throws: whatever goes wrong becomes a page and a code.
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
    const connected = await finish(session, attempt, callback);
    return to(attempt.projectId, { connected: connected.integrationId, ...notesOf(connected) }, attempt);
  } catch (error) {
    const code = failureCodeOf(error) ?? unexpected(error);
    const projectId = attempt?.projectId ?? (await projectOfAttempt(session, stateOf(returned.params)));
    return to(projectId, { failed: code, instance: returned.instanceId }, attempt);
  }
}

function unexpected(error: unknown): FailureCode {
  reportUnexpected(error, "authorization callback");
  return "unexpected";
}

const notesOf = (connected: Connected): Record<string, string> => ({
  ...(connected.isReauthorized ? { again: "1" } : {}),
  ...(connected.tokensOfAccount >= WARN_FROM ? { tokens: String(connected.tokensOfAccount) } : {}),
});

/** From here on people are told that the account nears the provider's limit. */
const WARN_FROM = 8;

const PROJECT_ID = /^prj_[0-9a-z]{20}$/;

function to(projectId: string | null, query: Record<string, string>, attempt: Attempt | null): Completion {
  const isKnown = projectId !== null && PROJECT_ID.test(projectId);
  const path = isKnown ? `/projects/${projectId}/integrations` : "/";
  const named = Object.entries(query).filter(([, value]) => /^[\w-]{1,60}$/.test(value));
  return {
    redirectTo: `${path}?${new URLSearchParams(named)}`,
    cookie: attempt && endedCookie(attempt),
  };
}

async function finish(session: Session, attempt: Attempt, callback: Callback): Promise<Connected> {
  if (callback.error !== null) {
    throw new AuthorizationFailed(callback.error === "access_denied" ? "denied" : "refused");
  }
  await currentManager(session, attempt.projectId);
  const instance = await getInstance(attempt.instanceId);
  if (!instance) throw new AuthorizationFailed("client");
  refuseForeignIssuer(instance, callback.issuer);
  const tokens = await exchange(instance, attempt, callback.code);
  try {
    return await settle(session, attempt, { instance, tokens });
  } catch (error) {
    // Whatever stopped it: a token that nobody keeps must not stay alive.
    await revokeUnwanted({ projectId: attempt.projectId, instance, token: tokens.accessToken });
    throw error;
  }
}

/** The role as it is now: an admin who was made a viewer meanwhile connects nothing. */
async function currentManager(session: Session, projectId: string): Promise<ProjectContext> {
  const ctx = await loadProjectContext(session, projectId).catch((error: unknown) => {
    throw isConsoleError(error) ? new AuthorizationFailed("role") : error;
  });
  if (!mayRole(ctx.role, "integration.manage")) throw new AuthorizationFailed("role");
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
  try {
    const tokens = await authorization.exchange(instance, await clientSecretOf(instance.id), {
      code,
      verifier: attempt.verifier.reveal(),
      redirectUri: callbackUrl(instance.id),
    });
    redactor.add(tokens.accessToken);
    if (tokens.refreshToken) redactor.add(tokens.refreshToken);
    await clearMisconfigured(instance.id);
    return tokens;
  } catch (error) {
    if (error instanceof ClientRejected) await markMisconfigured(instance.id, error.message);
    throw error;
  }
}

type Exchanged = { instance: ReadyInstance; tokens: TokenSet };

async function settle(
  session: Session,
  attempt: Attempt,
  { instance, tokens }: Exchanged,
): Promise<Connected> {
  const authorization = oauthOf(instance.provider);
  const identity = await authorization.identify({ instance, token: tokens.accessToken });
  // An OAuth App's answer and GitHub's header agree; the header is what the token can do now.
  const granted = identity.scopes.length > 0 ? identity.scopes : tokens.scopes;
  if (authorization.missingScopes(attempt.scopes, granted).length > 0)
    throw new AuthorizationFailed("scopes");
  const ctx = await currentManager(session, attempt.projectId);
  return await connectAccount(ctx, {
    attempt,
    instance,
    tokens: { ...tokens, scopes: granted },
    account: identity.account,
  });
}

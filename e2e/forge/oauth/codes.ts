import { createHash } from "node:crypto";
import type { Host } from "@/e2e/forge/host";
import type { Client, Code } from "@/e2e/forge/state/model";
import { randomHex } from "@/e2e/forge/state/random";
import type { AuthorizationRequest } from "./request";

/** "The code expires after 10 minutes." */
const CODE_SECONDS = 600;

export function issueCode(
  host: Host,
  request: AuthorizationRequest,
  userId: number,
  scopes: string[],
): string {
  const code = host.store.remember("code", randomHex(10));
  const { state } = host.store;
  state.codes = state.codes.filter((one) => one.expiresAt > Date.now() - 3_600_000);
  state.codes.push({
    code,
    clientId: request.client.clientId,
    userId,
    scopes,
    redirectUri: request.redirectUri,
    challenge: request.challenge,
    expiresAt: Date.now() + CODE_SECONDS * 1000,
    usedAt: null,
  });
  host.store.save();
  return code;
}

/** Takes a code that fits this client and verifier out of use; null for every reason not to. */
export function consumeCode(host: Host, client: Client, value: string, verifier: string | null): Code | null {
  const code = host.store.state.codes.find((one) => one.code === value && one.clientId === client.clientId);
  if (!code || code.usedAt !== null || code.expiresAt <= Date.now()) return null;
  code.usedAt = Date.now();
  host.store.save();
  return verifierFits(code, verifier) ? code : null;
}

function verifierFits(code: Code, verifier: string | null): boolean {
  if (code.challenge === null) return true;
  if (verifier === null) return false;
  return createHash("sha256").update(verifier).digest("base64url") === code.challenge;
}

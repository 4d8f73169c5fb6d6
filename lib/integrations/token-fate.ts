import type { TokenFate } from "@/lib/integrations/views";
import { sourceProvider } from "@/lib/providers";

type Row = {
  provider: string;
  origin: string;
  apiPath: string | null;
  hostKind: string | null;
  hasCredentials: boolean;
};

/** What a removal does to the token at its host: one that a person entered, only a person can revoke there. */
export function tokenFate({ provider, origin, apiPath, hostKind, hasCredentials }: Row): TokenFate {
  const { authorization } = sourceProvider(provider);
  if (authorization.kind === "oauth") return { kind: "revoked" };
  if (!hasCredentials) return { kind: "none" };
  const url = authorization.tokensUrl({ provider, origin, apiUrl: origin, apiPath, hostKind });
  return { kind: "by_hand", host: new URL(origin).host, url };
}

import type { TokenSet } from "@/lib/providers";
import type { Secret } from "@/lib/secret";

/** What a grant consists of when it is given up: the token, and what could replace it by another one. */
export type TokenPair = {
  accessToken: Secret;
  refreshToken: Secret | null;
  /** When the access token ends by itself; null where its provider promises no end. */
  accessExpiresAt: Date | null;
  /** The name that goes with the token, where the provider does not decide it. */
  userName?: Secret | null;
};

/** What a provider has just given. */
export const pairOf = ({ accessToken, refreshToken, accessExpiresIn }: TokenSet): TokenPair => ({
  accessToken,
  refreshToken,
  accessExpiresAt: accessExpiresIn === null ? null : new Date(Date.now() + accessExpiresIn * 1000),
});

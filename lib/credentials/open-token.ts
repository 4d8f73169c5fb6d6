import type { Executor } from "@/db";
import type { CredentialRow } from "@/lib/credentials/load";
import { tokenPlace } from "@/lib/credentials/token-place";
import type { Secret } from "@/lib/secret";
import { open } from "@/lib/vault";

// The only place that opens what a credential holds. All of it throws VaultError.

export const openAccessToken = (executor: Executor, row: CredentialRow, origin: string): Promise<Secret> =>
  open(executor, tokenPlace(ownerOf(row, origin), "access_token"), row.accessTokenSealed);

export const openRefreshToken = (
  executor: Executor,
  row: CredentialRow & { refreshTokenSealed: string },
  origin: string,
): Promise<Secret> =>
  open(executor, tokenPlace(ownerOf(row, origin), "refresh_token"), row.refreshTokenSealed);

/** Null where no name goes with the token. */
export const openUserName = async (
  executor: Executor,
  row: CredentialRow,
  origin: string,
): Promise<Secret | null> =>
  row.userNameSealed === null
    ? null
    : await open(executor, tokenPlace(ownerOf(row, origin), "user_name"), row.userNameSealed);

const ownerOf = ({ projectId, id: credentialId, generation }: CredentialRow, origin: string) => ({
  projectId,
  credentialId,
  origin,
  generation,
});

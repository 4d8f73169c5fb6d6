import { db } from "@/db";
import { CredentialUnavailable } from "@/lib/credentials/errors";
import { type Admission, isRefreshable, loadUsable, type Usable } from "@/lib/credentials/load";
import { refreshCredential } from "@/lib/credentials/refresh";
import { USABLE } from "@/lib/credentials/status";
import { ProviderUnavailable } from "@/lib/providers";

/** A token that is about to end is replaced first. One that still lives is used where that cannot be done now. */
export async function ensureFresh(usable: Usable, admits?: Admission): Promise<Usable> {
  if (!usable.isStale || !isRefreshable(usable)) return usable;
  try {
    // Whoever was let in may also have what lets it in renewed: one that is suspended, for the probe that asks whether it still is.
    await refreshCredential(usable, [...USABLE, usable.status]);
  } catch (error) {
    if (usable.isExpired || !isExpected(error)) throw error;
  }
  const next = await loadUsable(usable, db(), admits);
  if (next.isExpired && isRefreshable(next)) {
    throw new ProviderUnavailable("The token could not be renewed in time.", "timeout");
  }
  return next;
}

const isExpected = (error: unknown) =>
  error instanceof ProviderUnavailable || error instanceof CredentialUnavailable;

import { ProviderUnauthorized } from "@/lib/providers/errors";
import type { Grant } from "@/lib/providers/provider";
import type { Secret } from "@/lib/secret";

/** The token of a grant that needs one. Throws ProviderUnauthorized where the host is read without a credential. */
export function tokenOf({ token }: Grant): Secret {
  if (!token) throw new ProviderUnauthorized("This call needs a credential.");
  return token;
}

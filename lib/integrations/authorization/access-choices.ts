import { choicesOf } from "@/lib/integrations/authorization/granted";
import type { AccessChoiceView } from "@/lib/integrations/views";
import { oauthOf } from "@/lib/providers";

/** What a person may choose to be asked for at an instance, each scope with why it is asked and what it really permits. */
export function accessChoices(client: { provider: string; clientType: string }): AccessChoiceView[] {
  const known = oauthOf(client.provider).scopes;
  return choicesOf(client).map(({ id, name, scopes }) => ({
    id,
    name,
    scopes: known
      .filter(({ scope }) => scopes.includes(scope))
      .map(({ scope, why, permits }) => ({ scope, why, permits })),
  }));
}

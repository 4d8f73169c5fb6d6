import type { ReadyInstance } from "@/lib/instances";
import { type AccessChoice, type Account, oauthOf, type TokenSet } from "@/lib/providers";

/** What a provider granted at the end of a handshake, before anything of it is kept. `tokens.scopes` is what the token can do now. */
export type Granted = {
  instance: ReadyInstance;
  account: Account;
  tokens: TokenSet;
  requestedScopes: readonly string[];
};

type Client = { provider: string; clientType: string };

/** The ways in which an instance's client may ask. A GitHub App has permissions instead of scopes, so there is nothing to choose. */
export const choicesOf = ({ provider, clientType }: Client): readonly AccessChoice[] =>
  clientType === "oauth_app" ? oauthOf(provider).choices : [];

/** The choice whose scopes were asked for; the first one for scopes that an earlier release asked for. */
export function choiceOf(client: Client, requested: readonly string[]): AccessChoice | null {
  const choices = choicesOf(client);
  return choices.find(({ scopes }) => isSameSet(scopes, requested)) ?? choices[0] ?? null;
}

/** With less than this nothing works. Less than what was asked may still do: what then does not work is named instead. */
export const isEnough = (client: Client, requested: readonly string[], granted: readonly string[]): boolean =>
  choiceOf(client, requested)?.isEnough(granted) ?? true;

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  [...new Set(one)].sort().join() === [...new Set(other)].sort().join();

import type { Allow } from "@/lib/egress";
import { git } from "@/lib/providers/git";
import { github } from "@/lib/providers/github";
import type { Host, OAuthAuthorization, SourceProvider } from "@/lib/providers/provider";

const SOURCE_PROVIDERS: readonly SourceProvider[] = [github, git];

/** The source provider of this id. Throws for an id that no release of the console ever wrote. */
export function sourceProvider(id: string): SourceProvider {
  const found = SOURCE_PROVIDERS.find((provider) => provider.id === id);
  if (!found) throw new Error(`There is no source provider "${id}".`);
  return found;
}

/** Every source provider, in the catalogue's order. */
export const sourceProviders = (): readonly SourceProvider[] => SOURCE_PROVIDERS;

/** Whether a person enters its credentials, where others grant access at the provider. */
export const hasEnteredCredentials = (providerId: string): boolean =>
  sourceProvider(providerId).authorization.kind === "credentials";

/** The handshake of a provider whose instances have an OAuth client. Throws for one that is connected in another way. */
export function oauthOf(providerId: string): OAuthAuthorization {
  const { authorization } = sourceProvider(providerId);
  if (authorization.kind !== "oauth") throw new Error(`Provider "${providerId}" has no OAuth handshake.`);
  return authorization;
}

/** Where calls to a host may lead: an instance that an admin configured may be local, an address that anybody typed may not. */
export const allowFor = (host: Host): Allow =>
  sourceProvider(host.provider).authorization.kind === "oauth"
    ? { kind: "instance", origin: host.origin }
    : "public";

/** What people call who answers: GitHub, and a host that somebody entered by its own name. */
export function nameOf({ provider, origin }: { provider: string; origin: string }): string {
  const { authorization, name } = sourceProvider(provider);
  return authorization.kind === "oauth" ? name : new URL(origin).host;
}

/** What kind of service it is, in words: `GitHub`, `GitLab`, `Git`. */
export function kindName(provider: string, hostKind: string | null): string {
  const { authorization, name } = sourceProvider(provider);
  if (authorization.kind === "oauth") return name;
  return authorization.hostKinds.find(({ id }) => id === hostKind)?.name ?? name;
}

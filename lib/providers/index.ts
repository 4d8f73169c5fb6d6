export {
  ClientRejected,
  ProviderRejected,
  ProviderUnauthorized,
  ProviderUnavailable,
  RepositoryGone,
  type UnavailableCause,
} from "@/lib/providers/errors";
export { tokenOf } from "@/lib/providers/grant";
export type {
  AccessChoice,
  Account,
  ApiHooks,
  Branch,
  Commit,
  Grant,
  HeadReading,
  HookRegistration,
  Host,
  HostKind,
  Identity,
  Installation,
  Instance,
  OAuthAuthorization,
  RefChange,
  Repository,
  RepositoryClaim,
  RepositoryPage,
  ScopeExplanation,
  SearchHow,
  SourceProvider,
  TokenSet,
  Webhook,
  WebhookEvent,
} from "@/lib/providers/provider";
export { allowFor, oauthOf, sourceProvider, sourceProviders } from "@/lib/providers/registry";
export { repositoryPath } from "@/lib/providers/repository-path";

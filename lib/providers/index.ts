export {
  ClientRejected,
  ProviderRejected,
  ProviderUnauthorized,
  ProviderUnavailable,
  RepositoryGone,
  type UnavailableCause,
} from "@/lib/providers/errors";
export type {
  Account,
  Branch,
  Commit,
  Grant,
  HeadReading,
  HookRegistration,
  Instance,
  RefChange,
  Repository,
  RepositoryClaim,
  RepositoryPage,
  ScopeExplanation,
  SearchHow,
  SourceProvider,
  TokenSet,
  WebhookEvent,
} from "@/lib/providers/provider";
export { sourceProvider, sourceProviders } from "@/lib/providers/registry";
export { repositoryPath } from "@/lib/providers/repository-path";

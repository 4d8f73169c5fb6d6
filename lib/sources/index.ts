export { type Binding, bindSource } from "@/lib/sources/bind";
export { type Choice, type ChosenSource, chooseSource } from "@/lib/sources/choose";
export { ensureHook, runDueHookChecks } from "@/lib/sources/due-hooks";
export { followRename } from "@/lib/sources/follow-rename";
export { followedAmong } from "@/lib/sources/followed";
export { hookAddress } from "@/lib/sources/hook-address";
export { type HookSecrets, openHookSecrets } from "@/lib/sources/hook-secret";
export { readCommitOf, readHeadOf, refreshRepository } from "@/lib/sources/read";
export { searchBranches, searchRepositories } from "@/lib/sources/search";

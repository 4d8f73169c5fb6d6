export { type Binding, bindSource } from "@/lib/sources/bind";
export { type Choice, type ChosenSource, chooseSource } from "@/lib/sources/choose";
export { ensureHook, runDueHookChecks } from "@/lib/sources/due-hooks";
export { followRename } from "@/lib/sources/follow-rename";
export { type HookSecrets, openHookSecrets } from "@/lib/sources/hook-secret";
export { readCommitOf, readHeadOf, refreshRepository } from "@/lib/sources/read";
export { releaseRepository } from "@/lib/sources/release";
export { searchBranches, searchRepositories } from "@/lib/sources/search";
export { speak, speaking } from "@/lib/sources/speak";

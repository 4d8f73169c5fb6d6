import { searchBranches } from "@/lib/providers/github/branches";
import { getCommit, readHead } from "@/lib/providers/github/heads";
import { findRepository, getRepository } from "@/lib/providers/github/read-repository";
import { searchRepositories } from "@/lib/providers/github/search";
import type { BrowseSource } from "@/lib/providers/provider";

export const source: BrowseSource = {
  kind: "browse",
  searchRepositories,
  getRepository,
  findRepository,
  searchBranches,
  readHead,
  getCommit,
  /** Any name goes with a token; this one is what GitHub's documentation uses for apps. */
  gitUser: () => "x-access-token",
};

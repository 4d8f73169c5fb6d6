import {
  findRepository,
  getCommit,
  getRepository,
  readHead,
  readHeads,
} from "@/lib/providers/git/repository";
import { searchBranches } from "@/lib/providers/git/search-branches";
import type { UrlSource } from "@/lib/providers/provider";

export const source: UrlSource = {
  kind: "url",
  getRepository,
  findRepository,
  searchBranches,
  readHead,
  readHeads,
  getCommit,
  gitUser: ({ user }) => user ?? "",
};

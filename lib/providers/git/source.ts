import {
  findRepository,
  getCommit,
  getRepository,
  readHead,
  readHeads,
  searchBranches,
} from "@/lib/providers/git/repository";
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

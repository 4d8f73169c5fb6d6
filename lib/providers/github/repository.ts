import { z } from "zod";
import type { Repository } from "@/lib/providers/provider";

const schema = z.object({
  id: z.number().int().positive(),
  full_name: z.string(),
  clone_url: z.string(),
  html_url: z.string(),
  default_branch: z.string(),
  private: z.boolean(),
  archived: z.boolean(),
  pushed_at: z.string().nullish(),
  language: z.string().nullish(),
});

/** A repository as GitHub describes it, in every call that does. */
export const repositorySchema = schema.transform(
  (found): Repository => ({
    externalId: String(found.id),
    fullName: found.full_name,
    cloneUrl: found.clone_url,
    webUrl: found.html_url,
    defaultBranch: found.default_branch,
    isPrivate: found.private,
    isArchived: found.archived,
    pushedAt: found.pushed_at ?? null,
    language: found.language ?? null,
  }),
);

/** `owner/name`, as people type it. */
export const FULL_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

import { z } from "zod";
import { ProviderRejected } from "@/lib/providers/errors";
import type { RefChange } from "@/lib/providers/provider";

const NOTHING = /^0+$/;

/** A commit's id, of SHA-1 or SHA-256; all zeros stand for "none". */
export const commitId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
export const ref = z.string().regex(/^refs\/(heads|tags)\/./);

export const commitOrNull = (id: string): string | null => (NOTHING.test(id) ? null : id);

/** Strict UTF-8 and JSON, or malformed. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw malformed();
  }
}

/** The payload in this shape, or malformed. */
export function shaped<T>(schema: z.ZodType<T>, payload: unknown): T {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) throw malformed();
  return parsed.data;
}

export const malformed = () =>
  new ProviderRejected("malformed", "The delivery's body is not what its event says it is.");

type Listed = {
  id: string;
  message?: string | undefined;
  author?: { name?: string | undefined } | undefined;
};

/** A change as GitLab, Gitea and Gogs tell it; none of them says whether it was forced. */
export function toChange(
  told: { ref: string; before: string; after: string },
  commits: readonly Listed[],
): RefChange {
  const after = commitOrNull(told.after);
  const head = commits.find(({ id }) => id === after);
  return {
    ref: told.ref,
    before: commitOrNull(told.before),
    after,
    isForced: false,
    message: head?.message ?? "",
    author: head?.author?.name ?? "",
  };
}

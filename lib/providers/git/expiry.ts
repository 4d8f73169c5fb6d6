import { z } from "zod";
import { askHost } from "@/lib/providers/git/host-answer";
import type { Grant } from "@/lib/providers/provider";

const token = z.object({ expires_at: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) });

/** When the token ends, where the host tells: GitLab does, at midnight UTC of a day [its API, "Personal access tokens"]. */
export async function readExpiry({ instance, token: secret }: Grant): Promise<Date | null> {
  const { hostKind, apiPath } = instance;
  if (hostKind !== "gitlab" || typeof apiPath !== "string" || !secret) return null;
  const answer = await askHost(instance, `${apiPath}/api/v4/personal_access_tokens/self`, {
    "private-token": secret.reveal(),
  });
  const parsed = answer?.status === 200 ? token.safeParse(answer.body) : null;
  return parsed?.success ? new Date(`${parsed.data.expires_at}T00:00:00Z`) : null;
}

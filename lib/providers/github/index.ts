import { authorization } from "@/lib/providers/github/authorization";
import { hooks } from "@/lib/providers/github/hooks";
import { manualHook } from "@/lib/providers/github/manual-hook";
import { source } from "@/lib/providers/github/source";
import { webhook } from "@/lib/providers/github/webhook";
import type { SourceProvider } from "@/lib/providers/provider";

/** github.com and GitHub Enterprise Server. */
export const github = {
  id: "github",
  kind: "source",
  name: "GitHub",
  enables: "Deploy an app on every push to its branch.",
  authorization,
  source,
  hooks: () => hooks,
  manualHook,
  webhook: () => webhook,
} satisfies SourceProvider;

import { type ProjectContext, requirePermission } from "@/lib/access";
import { countConnected } from "@/lib/integrations/count-connected";
import type { EnteredProviderView } from "@/lib/integrations/views";
import { sourceProviders } from "@/lib/providers";

/** The services that are connected by what a person enters, each with what its kinds of host call their credentials. */
export async function listEnteredProviders(ctx: ProjectContext): Promise<EnteredProviderView[]> {
  requirePermission(ctx, "project.view");
  const { byProvider } = await countConnected(ctx.projectId);
  return sourceProviders().flatMap(({ id, name, enables, authorization }) =>
    authorization.kind === "credentials"
      ? [
          {
            provider: id,
            name,
            enables,
            hostKinds: [...authorization.hostKinds],
            connected: byProvider.get(id) ?? 0,
          },
        ]
      : [],
  );
}

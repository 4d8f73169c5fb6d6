import Link from "next/link";
import { Button } from "@/components/ui/button";
import { may, type ProjectContext } from "@/lib/access";
import type { AppView } from "@/lib/apps";

/** The one button that mends what the app's banner says. */
export function AttentionAction({ context, app }: { context: ProjectContext; app: AppView }) {
  const target = mend(context, app);
  return (
    <Button asChild>
      <Link href={target.href}>{target.label}</Link>
    </Button>
  );
}

function mend(context: ProjectContext, app: AppView): { href: string; label: string } {
  const project = `/projects/${context.projectId}`;
  const integration = app.source?.integration;
  if (integration)
    return { href: `${project}/integrations/${integration.id}`, label: `Open ${integration.account}` };
  const again = app.source?.lost?.connectedAgain;
  if (again && may(context, "app.restore").allowed)
    return { href: `${project}/integrations/${again}`, label: "Reconnect" };
  if (may(context, "integration.manage").allowed)
    return { href: `${project}/integrations`, label: "Connect again" };
  return { href: `${project}/apps/${app.id}/settings/git`, label: "Choose a source" };
}

import { SectionHead } from "@/components/ui/page-head";
import { may, type ProjectContext } from "@/lib/access";
import type { RestorableView } from "@/lib/integrations";
import { RestorePanel } from "./restore-panel";

type Props = {
  context: ProjectContext;
  restorable: RestorableView[];
  now: Date;
  /** Nothing on the page is more pressing: it carries the main button. */
  isMain: boolean;
  className?: string;
};

/** One panel for each connected account that apps lost before; nothing where none did. */
export function AppsToReconnect({ context, restorable, now, isMain, className }: Props) {
  if (restorable.length === 0) return null;
  const restore = may(context, "app.restore");
  return (
    <section aria-labelledby="restore" className={className}>
      <SectionHead id="restore" title="Apps to reconnect" />
      <div className="grid gap-3">
        {restorable.map((each, i) => (
          <RestorePanel
            key={each.integrationId}
            restorable={each}
            projectId={context.projectId}
            now={now}
            variant={isMain && i === 0 ? "primary" : "secondary"}
            refusal={restore.allowed ? undefined : restore.reason}
          />
        ))}
      </div>
    </section>
  );
}

import Link from "next/link";
import { Card } from "@/components/ui/card";
import { Status, ToneGlyph } from "@/components/ui/status";
import { appLooks } from "@/components/ui/status-maps";
import { Time } from "@/components/ui/time";
import type { ProjectCard as ProjectCardView } from "@/lib/projects";

const SHOWN_APPS = 8;

/** A project: its apps with what they are, and what needs somebody. The whole card leads to the project. */
export function ProjectCard({ project, now }: { project: ProjectCardView; now: Date }) {
  const more = project.apps.length - SHOWN_APPS;
  return (
    <Card
      as="div"
      className="relative grid grid-cols-[minmax(0,1fr)] gap-4 p-5 hover:fill-over has-[a:focus-visible]:outline-2"
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 className="min-w-0 font-semibold text-base">
          <Link
            href={`/projects/${project.id}`}
            className="break-words outline-none after:absolute after:inset-0"
          >
            {project.name}
          </Link>
        </h2>
        <p className="text-ink-3 text-sm">
          {project.lastDeploymentAt ? (
            <>
              Last deployment <Time at={project.lastDeploymentAt} now={now} />
            </>
          ) : (
            "Nothing deployed yet"
          )}
        </p>
      </div>
      {project.apps.length > 0 && (
        <ul aria-label={`Apps of ${project.name}`} className="flex flex-wrap gap-x-5 gap-y-2 text-sm">
          {project.apps.slice(0, SHOWN_APPS).map((app) => (
            <li key={app.id} className="flex min-w-0 max-w-full items-center gap-1.5 text-ink-2">
              <ToneGlyph look={appLooks[app.state]} />
              <span className="truncate">{app.name}</span>
            </li>
          ))}
          {more > 0 && <li className="text-ink-3">and {more} more</li>}
        </ul>
      )}
      <Needs project={project} />
    </Card>
  );
}

function Needs({ project: { brokenIntegrations, apps } }: { project: ProjectCardView }) {
  const failed = apps.filter((app) => app.state === "failed").length;
  const disconnected = apps.filter((app) => app.state === "disconnected").length;
  if (brokenIntegrations + failed + disconnected === 0) return null;
  return (
    <div className="flex flex-wrap gap-x-5 gap-y-1">
      {brokenIntegrations > 0 && (
        <Status shape="attention" tone="warn">
          {brokenIntegrations === 1
            ? "One integration has to be authorized again"
            : `${brokenIntegrations} integrations have to be authorized again`}
        </Status>
      )}
      {disconnected > 0 && (
        <Status shape="attention" tone="warn">
          {disconnected === 1 ? "One app has lost its source" : `${disconnected} apps have lost their source`}
        </Status>
      )}
      {failed > 0 && (
        <Status shape="failed" tone="bad">
          {failed === 1
            ? "The last deployment of one app failed"
            : `The last deployment of ${failed} apps failed`}
        </Status>
      )}
    </div>
  );
}

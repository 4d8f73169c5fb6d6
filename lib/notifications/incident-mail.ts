import { env } from "@/lib/env";
import type { IncidentView } from "@/lib/integrations/views";
import { Secret } from "@/lib/secret";

/** What an owner or admin reads when an integration needs them: what happened, what it means, what to press. */
export function incidentMail(
  { kind, title, sentence, apps, since }: IncidentView,
  project: { id: string; name: string },
): { subject: string; body: Secret } {
  const place = `${env().CONSOLE_URL}/projects/${project.id}`;
  const using = apps.map(({ name }) => name).join(", ");
  const lines = [
    `${title}.`,
    "",
    sentence,
    "",
    `Project: ${project.name}`,
    ...(kind === "cleanup_gave_up" ? [] : [`Apps that use it: ${using || "none"}`]),
    `Since: ${since.slice(0, 16).replace("T", " ")} UTC`,
    "",
    kind === "cleanup_gave_up" ? `See what is left: ${place}` : `Re-authorize it: ${place}/integrations`,
    "",
    `You get this once for each such incident, because you are an owner or admin of ${project.name}.`,
  ];
  return { subject: `${title} (${project.name})`, body: new Secret(`${lines.join("\n")}\n`) };
}

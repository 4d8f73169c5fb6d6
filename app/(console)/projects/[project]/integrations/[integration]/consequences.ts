import type { RemovalImpact } from "@/lib/integrations";

export type Told = { title: string; detail: string };

/** What a removal does, in the order in which it hurts; each with its count. Only what there is. */
export function consequencesOf(impact: RemovalImpact, provider: string): Told[] {
  const { apps, building, queued, hooks } = impact;
  return [
    ...(apps.length > 0
      ? [
          {
            title: `${count(apps.length, "app loses its source", "apps lose their source")}`,
            detail: `${list(apps.map(({ name }) => name))} ${apps.length === 1 ? "stops" : "stop"} deploying until a repository is chosen again.`,
          },
        ]
      : []),
    ...(building.length + queued.length > 0
      ? [
          {
            title: `${count(building.length, "build is stopped", "builds are stopped")}, ${count(queued.length, "queued deployment is cancelled", "queued deployments are cancelled")}`,
            detail: `${list([...building, ...queued].map(({ app, number }) => `${app} ${number}`))}.`,
          },
        ]
      : []),
    ...(hooks.length > 0
      ? [
          {
            title: `${count(hooks.length, "webhook is deleted", "webhooks are deleted")} at ${provider}`,
            detail: `${list(hooks)}.`,
          },
        ]
      : []),
    {
      title: `1 token is revoked at ${provider}`,
      detail: `Only this one. A copy sealed for that alone is kept at most a day if ${provider} is down.`,
    },
  ];
}

/** What a removal does not touch. */
export function staysOf({ live }: RemovalImpact): string {
  const served = live.map(({ name, short }) => `${name} at ${short}`);
  const keeps =
    served.length > 0 ? ` ${list(served)} ${served.length === 1 ? "keeps" : "keep"} serving.` : "";
  return `${keeps} Other projects keep their own connections.`.trim();
}

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;

function list(names: string[]): string {
  const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}

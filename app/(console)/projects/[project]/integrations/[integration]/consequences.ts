import type { RemovalImpact } from "@/lib/integrations";

export type Told = { kind: "apps" | "builds" | "hooks" | "token"; title: string; detail: string };

/** What a removal does, in the order in which it hurts; each with its count. Only what there is. */
export function consequencesOf(impact: RemovalImpact, provider: string): Told[] {
  const { apps, hooks } = impact;
  return [
    ...(apps.length > 0
      ? [
          {
            kind: "apps" as const,
            title: `${count(apps.length, "app loses its source", "apps lose their source")}`,
            detail: `${list(apps.map(({ name }) => name))} ${apps.length === 1 ? "stops deploying. Its" : "stop deploying. Their"} rules are kept for a restore.`,
          },
        ]
      : []),
    ...buildsOf(impact),
    ...(hooks.length > 0
      ? [
          {
            kind: "hooks" as const,
            title: `${count(hooks.length, "webhook is deleted", "webhooks are deleted")} at ${provider}`,
            detail: `${list(hooks)}.`,
          },
        ]
      : []),
    ...tokenOf(impact, provider),
  ];
}

function tokenOf({ token }: RemovalImpact, provider: string): Told[] {
  switch (token.kind) {
    case "none":
      return [];
    case "by_hand":
      return [
        {
          kind: "token",
          title: "1 token is erased here",
          detail: `It stays valid at ${token.host} until you revoke it there: ${token.url}`,
        },
      ];
    case "revoked":
      return [
        {
          kind: "token",
          title: `1 token is revoked at ${provider}`,
          detail: `Only this one. A copy sealed for that alone is kept at most a day if ${provider} is down.`,
        },
      ];
  }
}

/** What is stopped, what never starts, and what has its code already and is finished. */
function buildsOf({ building, queued, finishing }: RemovalImpact): Told[] {
  const titles = [
    ...(building.length > 0 ? [count(building.length, "build is stopped", "builds are stopped")] : []),
    ...(queued.length > 0
      ? [count(queued.length, "queued deployment is cancelled", "queued deployments are cancelled")]
      : []),
    ...(finishing.length > 0 ? [count(finishing.length, "build is finished", "builds are finished")] : []),
  ];
  const details = [
    ...(building.length > 0
      ? [`${named(building)} ${building.length === 1 ? "ends" : "end"} Failed within two seconds`]
      : []),
    ...(queued.length > 0 ? [`${named(queued)} never ${queued.length === 1 ? "starts" : "start"}`] : []),
    ...(finishing.length > 0
      ? [
          `${named(finishing)} ${finishing.length === 1 ? "has its" : "have their"} code already and ${finishing.length === 1 ? "goes" : "go"} on`,
        ]
      : []),
  ];
  return titles.length === 0
    ? []
    : [{ kind: "builds", title: titles.join(", "), detail: `${details.join(", ")}.` }];
}

const named = (deployments: { app: string; number: number }[]) =>
  list(deployments.map(({ app, number }) => `${app} ${number}`));

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

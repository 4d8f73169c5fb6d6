import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ExternalLink } from "@/components/ui/link";
import { Status } from "@/components/ui/status";
import type { GlyphShape } from "@/components/ui/status-glyph";
import type { Tone } from "@/components/ui/status-maps";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { HookView } from "@/lib/integrations";

const looks: Record<HookView["status"], { shape: GlyphShape; tone: Tone; word: string }> = {
  active: { shape: "check", tone: "ok", word: "Delivering" },
  registering: { shape: "running", tone: "accent", word: "Being registered" },
  refused: { shape: "degraded", tone: "idle", word: "Polled instead" },
  missing: { shape: "attention", tone: "warn", word: "Missing" },
  failing: { shape: "attention", tone: "warn", word: "Failing" },
};

/** `isWatched`: the console looks after them. It cannot while the integration cannot be used, and then knows them from before. */
type Props = { hooks: HookView[]; isWatched: boolean; now: Date };

/** How the provider tells the console about a push, for each repository. */
export function HooksTable({ hooks, isWatched, now }: Props) {
  return (
    <Card>
      <CardHeader
        title="Webhooks"
        description="How the host tells the console about a push. Each has a secret of its own, which is sealed."
      />
      {hooks.length === 0 ? (
        <CardBody className="text-ink-2 text-sm">
          The console registers one for each repository as soon as an app follows it.
        </CardBody>
      ) : (
        <Table label="Webhooks">
          <TableHead>
            <TableHeadCell>Repository</TableHeadCell>
            <TableHeadCell>State</TableHeadCell>
            <TableHeadCell className="whitespace-nowrap">Last delivery</TableHeadCell>
            <TableHeadCell align="right" className="whitespace-nowrap">
              Rejected calls
            </TableHeadCell>
          </TableHead>
          <TableBody>
            {hooks.map((hook) => (
              <TableRow key={hook.id}>
                <TableCell head className="sm:min-w-44">
                  <ExternalLink href={hook.repositoryUrl}>{hook.repositoryName}</ExternalLink>
                </TableCell>
                <TableCell label="State" prose={hook.reason !== null || !isWatched}>
                  <HookState hook={hook} isWatched={isWatched} />
                </TableCell>
                <TableCell label="Last delivery" className="whitespace-nowrap">
                  {hook.lastDeliveryAt ? <Time at={hook.lastDeliveryAt} now={now} /> : "None yet"}
                </TableCell>
                <TableCell label="Rejected calls" align="right">
                  {hook.rejected}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

const UNWATCHED = { shape: "degraded", tone: "idle", word: "Registered" } as const;

function HookState({ hook, isWatched }: { hook: HookView; isWatched: boolean }) {
  const isFromBefore = !isWatched && hook.status === "active";
  const { shape, tone, word } = isFromBefore ? UNWATCHED : looks[hook.status];
  const reason = isFromBefore ? "Looked after again once the integration can be used." : hook.reason;
  return (
    <span className="grid gap-0.5">
      <Status shape={shape} tone={tone}>
        {word}
      </Status>
      {reason && <span className="text-ink-2">{reason}</span>}
    </span>
  );
}

import { ProviderMark } from "@/components/provider-mark";
import { Card } from "@/components/ui/card";
import { TextLink } from "@/components/ui/link";
import { SectionHead } from "@/components/ui/page-head";
import { IntegrationStatus } from "@/components/ui/status";
import { Time } from "@/components/ui/time";
import type { RemovedView } from "@/lib/integrations";

type Props = {
  removed: RemovedView[];
  base: string;
  now: Date;
  /** False for a role that may not read receipts. */
  hasReceipts: boolean;
};

/** What was removed lately, each with its receipt and the apps that wait for it. */
export function RecentlyRemoved({ removed, base, now, hasReceipts }: Props) {
  if (removed.length === 0) return null;
  return (
    <section aria-labelledby="removed" className="mt-12">
      <SectionHead id="removed" title="Recently removed" remark={String(removed.length)} />
      <Card as="div">
        <ul className="divide-y divide-line">
          {removed.map((each) => (
            <li key={each.id} className="flex flex-wrap items-center gap-x-6 gap-y-2 px-5 py-3 text-sm">
              <div className="flex min-w-0 flex-1 basis-64 items-start gap-3 sm:items-center">
                <ProviderMark provider={each.provider} kind={each.hostKind} />
                <div className="min-w-0">
                  <p className="truncate font-medium">{each.account}</p>
                  <p className="text-ink-3">
                    Removed by {each.removedBy ?? "somebody who left"}, <Time at={each.removedAt} now={now} />
                    . {waiting(each)}
                  </p>
                </div>
              </div>
              <IntegrationStatus status={each.pending > 0 ? "disconnecting" : "removed"} />
              {hasReceipts && (
                <TextLink
                  href={`${base}/integrations/${each.id}/receipt`}
                  aria-label={`Receipt of ${each.account}`}
                >
                  Receipt
                </TextLink>
              )}
            </li>
          ))}
        </ul>
      </Card>
    </section>
  );
}

function waiting({ account, apps, again }: RemovedView): string {
  if (apps.length === 0) return "No app waits for it.";
  const names = apps.map(({ name }) => name);
  const last = names.at(-1) ?? "";
  const list = names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
  return again
    ? `It is connected again: reconnect ${list} above.`
    : `Connect ${account} again to reconnect ${list}.`;
}

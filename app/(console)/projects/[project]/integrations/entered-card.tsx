import Link from "next/link";
import { ProviderMark } from "@/components/provider-mark";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { EnteredProviderView } from "@/lib/integrations";

type Props = { entry: EnteredProviderView; projectId: string; refusal: string | undefined };

/** A service that is connected with an address and a token: what it enables, and what it asks for. */
export function EnteredCard({ entry, projectId, refusal }: Props) {
  const { provider, name, enables, connected } = entry;
  return (
    <Card as="li" className="flex flex-col gap-4 p-5">
      <div className="flex items-center gap-3">
        <ProviderMark provider={provider} />
        <div className="min-w-0">
          <h3 className="truncate font-semibold text-base">{name} (any host)</h3>
          <p className="truncate text-ink-3 text-sm">With an address and a token</p>
        </div>
      </div>
      <p className="border-line border-b pb-4 text-ink-2 text-sm">{enables}</p>
      <dl className="grid gap-3 text-sm">
        <div className="grid gap-0.5">
          <dt className="text-ink-3 text-xs">Asks for</dt>
          <dd className="text-ink-2">
            An https address, and a user name and token where the host wants them.
          </dd>
        </div>
        <div className="grid gap-0.5">
          <dt className="text-ink-3 text-xs">What that permits</dt>
          <dd className="text-ink-2">
            What the token may do. The console uses it at and below that address, and at that host's own API
            to keep webhooks, nowhere else. One that can read is enough to deploy.
          </dd>
        </div>
      </dl>
      <div className="mt-auto pt-2">
        <Button asChild className="w-full sm:w-auto" disabledReason={refusal}>
          <Link href={`/projects/${projectId}/integrations/connect/${provider}`}>
            {connected > 0 ? "Connect another host" : "Connect"}
          </Link>
        </Button>
        {refusal && <p className="mt-2 text-ink-3 text-sm">{refusal}</p>}
      </div>
    </Card>
  );
}

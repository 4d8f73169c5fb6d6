import Link from "next/link";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import type { IntegrationView } from "@/lib/integrations";

type Props = { integration: IntegrationView; base: string; isFirst: boolean };

/** What is wrong, what it means, and the way to the one button that mends it. */
export function BrokenIntegration({ integration, base, isFirst }: Props) {
  return (
    <Banner
      tone="warn"
      title={`${integration.account} on ${integration.host} has to be authorized again`}
      action={
        <Button asChild variant={isFirst ? "primary" : "secondary"}>
          <Link href={`${base}/integrations`}>Re-authorize</Link>
        </Button>
      }
    >
      {integration.sentence}
    </Banner>
  );
}

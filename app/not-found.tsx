import type { Metadata } from "next";
import Link from "next/link";
import { ErrorState } from "@/components/error-state";
import { Page } from "@/components/shell/page";
import { Button } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not found" };

/** The same words for what never existed and for what belongs to someone else. */
export default function NotFound() {
  return (
    <Page>
      <ErrorState
        tone="idle"
        title="There is nothing at this address"
        actions={
          <Button asChild>
            <Link href="/">All projects</Link>
          </Button>
        }
      >
        It may have been removed, or the account you are signed in with may not see it.
      </ErrorState>
    </Page>
  );
}

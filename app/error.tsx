"use client";

import Link from "next/link";
import { ErrorState } from "@/components/error-state";
import { Page } from "@/components/shell/page";
import { Button } from "@/components/ui/button";

type Props = { error: Error & { digest?: string }; reset: () => void };

/** A page that failed on the server or while it was being shown. The digest is the id in the server's log. */
export default function PageError({ error, reset }: Props) {
  return (
    <Page>
      <ErrorState
        title="This page could not be shown"
        reference={error.digest}
        actions={
          <>
            <Button onClick={reset}>Try again</Button>
            <Button asChild variant="ghost">
              <Link href="/">All projects</Link>
            </Button>
          </>
        }
      >
        Something failed in the console itself. What is live stays live, and pushes are still recorded.
      </ErrorState>
    </Page>
  );
}

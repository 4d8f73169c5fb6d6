"use client";

import { ErrorState } from "@/components/error-state";
import { Button } from "@/components/ui/button";
import "./globals.css";

type Props = { error: Error & { digest?: string }; reset: () => void };

/** When even the root layout failed: no theme, no fonts of ours, but the words and the id. */
export default function GlobalError({ error, reset }: Props) {
  return (
    <html lang="en">
      <body className="font-sans">
        <title>The console could not be shown</title>
        <main id="content">
          <ErrorState
            title="The console could not be shown"
            reference={error.digest}
            actions={<Button onClick={reset}>Try again</Button>}
          >
            Something failed in the console itself. What is live stays live, and pushes are still recorded.
          </ErrorState>
        </main>
      </body>
    </html>
  );
}

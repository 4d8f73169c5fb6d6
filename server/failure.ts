import type { ServerResponse } from "node:http";
import { reportUnexpected } from "@/lib/log";

/**
 * Answers a request that failed in a way nobody expected: 500 and the id under which the log has the error, redacted. An answer
 * that had begun is cut off, so that nobody takes it for whole.
 */
export function answerFailure(response: ServerResponse, error: unknown): void {
  const id = reportUnexpected(error, "server");
  if (response.headersSent) return void response.destroy();
  response
    .writeHead(500, { "content-type": "text/plain", "cache-control": "no-store" })
    .end(`Something went wrong. The console's log has it as error ${id}.\n`);
}

import type { IncomingMessage, ServerResponse } from "node:http";
import { readiness } from "@/server/readiness";

/** Answers `/api/health` (this process answers) and `/api/ready` (the console can do its work). False for anything else. */
export async function handleHealth(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const path = request.url?.split("?")[0];
  if (path === "/api/health") {
    reply(response, 200, { status: "ok", uptimeSeconds: Math.floor(process.uptime()) });
    return true;
  }
  if (path === "/api/ready") {
    const report = await readiness();
    reply(response, report.isReady ? 200 : 503, report);
    return true;
  }
  return false;
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}

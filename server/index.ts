import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import next from "next";
import { stampClientAddress } from "@/lib/auth";
import { env } from "@/lib/env";
import { reportUnexpected } from "@/lib/log";
import { canonicalAddress } from "@/server/canonical-address";
import { answerFailure } from "@/server/failure";
import { handleHealth } from "@/server/health";
import { closeStreams } from "@/server/streams";
import { CONFIGURATION_ERROR, reportReady, stopOnRequest } from "@/server/supervised";
import { handleWebhook } from "@/server/webhooks";

const LINGER_MS = 400;
/** Longer than a reverse proxy keeps an idle connection, which would otherwise meet a closing one. */
const KEEP_ALIVE_MS = 65_000;

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function main(): Promise<void> {
  const { HOST, PORT } = env();
  const pages = next({ dev: false, dir: process.cwd(), hostname: "localhost", port: PORT });
  await pages.prepare();
  const handlePage = pages.getRequestHandler();
  const server = createServer((request, response) => {
    answer(request, response, handlePage).catch((error: unknown) => answerFailure(response, error));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on("error", refuseToListen);
  server.listen(PORT, HOST, () => reportReady((server.address() as AddressInfo).port));
  stopOnRequest(() => close(server));
}

/** Machines first: a hook is answered whatever the pages are doing, and Next would have parsed its body. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handlePage: Handler,
): Promise<void> {
  stampClientAddress(request);
  if (request.url?.startsWith("/api/webhooks/")) return handleWebhook(request, response);
  if (await handleHealth(request, response)) return;
  const elsewhere = canonicalAddress(request);
  if (elsewhere !== null) return void response.writeHead(307, { location: elsewhere }).end();
  return handlePage(request, response);
}

function refuseToListen(error: NodeJS.ErrnoException): void {
  const { HOST, PORT } = env();
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${PORT} is taken by another program. Stop it, or choose another one: PORT=3001 npm start`,
    EACCES: `Port ${PORT} needs more rights than this process has. Choose one above 1024, behind a reverse proxy.`,
    EADDRNOTAVAIL: `This machine has no address ${HOST}. Set HOST to one that it has, or to 0.0.0.0 for all.`,
  };
  const reason = reasons[error.code ?? ""];
  if (reason) console.error(reason);
  else reportUnexpected(error, "server");
  process.exit(CONFIGURATION_ERROR);
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  closeStreams();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), LINGER_MS).unref();
  await closed;
}

await main().catch((error: unknown) => {
  reportUnexpected(error, "server");
  process.exit(1);
});

import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { answerSite } from "@/sites/answer";
import { watchLiveDeployments } from "@/sites/live";
import { createPublishedFiles } from "@/sites/published";

export type SitesServer = { port: number; close(): Promise<void> };
export type SitesOptions = { dataDir: string; port: number; host: string };

const CLOSE_WITHIN_MS = 500;

/** Serves the published sites by host name. Throws when the port cannot be had. */
export async function startSites({ dataDir, port, host }: SitesOptions): Promise<SitesServer> {
  const live = watchLiveDeployments();
  const files = createPublishedFiles(join(dataDir, "sites"));
  const server = createServer((request, response) => void answerSite({ live, files }, request, response));
  server.keepAliveTimeout = 65_000;
  try {
    await listening(server, port, host);
  } catch (error) {
    await live.close();
    throw error;
  }
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: async () => {
      await Promise.all([closed(server), live.close()]);
    },
  };
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

/** Lets answers finish that are under way, for a moment. */
async function closed(server: Server): Promise<void> {
  const ended = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

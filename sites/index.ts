import { env } from "@/lib/env";
import { CONFIGURATION_ERROR, reportReady, stopOnRequest } from "@/server/supervised";
import { startSites } from "@/sites/server";

/** Starts, or says in a sentence what is in the way: a taken port or a wrong setting is mended by no restart. */
async function start() {
  try {
    const { DATA_DIR, SITES_PORT, HOST } = env();
    return await startSites({ dataDir: DATA_DIR, port: SITES_PORT, host: HOST });
  } catch (error) {
    console.error(sentence(error));
    process.exit(CONFIGURATION_ERROR);
  }
}

function sentence(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return "The port of the sites is taken. Set SITES_PORT to a free one.";
  if (code === "EACCES")
    return "The port of the sites may not be used by this user. Set SITES_PORT to another.";
  return message;
}

const server = await start();
stopOnRequest(server.close);
reportReady(server.port);

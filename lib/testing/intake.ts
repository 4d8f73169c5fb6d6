import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";
import { handleWebhook } from "@/server/webhooks";

/** The console's intake on a port of its own, with CONSOLE_URL set to it, so that a forge's hooks really arrive. Call after `useTestDatabase`. */
export function useIntake(): void {
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => void handleWebhook(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env.CONSOLE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
}

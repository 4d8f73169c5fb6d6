import { createServer } from "node:net";
import { expect, test } from "vitest";
import { chooseFreePort, freePort } from "./ports.mjs";

test("a port that another program uses on either loopback address is passed over", async () => {
  for (const host of ["127.0.0.1", "::1"]) {
    const server = createServer();
    const isListening = await new Promise((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(0, host, () => resolve(true));
    });
    // A machine without IPv6 has nothing to pass over.
    if (!isListening) continue;
    const taken = server.address().port;
    const free = await freePort();
    expect(await chooseFreePort([taken, free])).toBe(free);
    expect(await chooseFreePort([taken])).not.toBe(taken);
    server.close();
  }
});

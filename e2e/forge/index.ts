import type { Server } from "node:net";
import type { ForgeAdmin } from "./admin/admin";
import { makeAdmin } from "./admin/make";
import { makeFaults } from "./faults/faults";
import { makeLocks } from "./git/locks";
import { openDeliveries } from "./hooks/deliveries";
import type { Host } from "./host";
import { answerWeb } from "./http/answer";
import { makeRateLimits } from "./http/rate-limits";
import { makeRequestLog } from "./http/request-log";
import { answerObserved, closeServer, listen, portOf } from "./http/server";
import { openCertificates } from "./plain/authority";
import { PLAIN_KINDS, type PlainKind } from "./plain/kinds";
import { listenPlain } from "./plain/listen";
import { answerRegistry } from "./registry/answer";
import { seedDemo, seedTokens } from "./seed/demo";
import { openStore } from "./state/store";

export type { ForgeAdmin } from "./admin/admin";
export { connectAdmin } from "./admin/remote";

export interface ForgeOptions {
  /** Everything that is remembered lies here; the same directory continues where it was. */
  dataDir: string;
  /** 0 or nothing: any free port. */
  port?: number;
  registryPort?: number;
  host?: "127.0.0.1";
  /** Ports of the plain Git hosts (0: any free one); a kind that is missing is not started. */
  plain?: Partial<Record<PlainKind, number>>;
  /** The path that the plain hosts answer below, `/gitlab`; then somebody else's of the same kind sits at the root. Missing: the root. */
  plainPath?: string;
  /** What to put into an empty directory; "empty" when missing. */
  seed?: "demo" | "empty";
  log?: (line: string) => void;
}

export interface Forge {
  /** Where its bare repositories lie, below `repositories`, under their ids. */
  dataDir: string;
  url: string;
  apiUrl: string;
  registryUrl: string;
  /** Addresses of the plain Git hosts that were asked for (origin and path), and the authority that vouches for them. */
  plain: { urls: Record<PlainKind, string>; ca: string };
  admin: ForgeAdmin;
  close(): Promise<void>;
}

/** Starts the sandbox Git host on the loopback address; resolves when it is seeded and listens. */
export async function startForge(options: ForgeOptions): Promise<Forge> {
  const host = openHost(options);
  const admin = makeAdmin(host);
  if (options.seed === "demo" && host.store.state.accounts.length === 0) {
    await host.store.saveOnce(() => seedDemo(host, admin));
  }
  if (options.seed === "demo") await seedTokens(host, admin);
  const web = await listen(options.port ?? 0, answerWeb(host, admin));
  const registry = await listen(options.registryPort ?? 0, (exchange) =>
    answerObserved(host, exchange, (one) => answerRegistry(host, one)),
  ).catch(async (error) => {
    await closeServer(web);
    throw error;
  });
  host.urls.web = `http://127.0.0.1:${portOf(web)}`;
  host.urls.api = `${host.urls.web}/api/v3`;
  host.urls.registry = `http://127.0.0.1:${portOf(registry)}`;
  const plain = await startPlainHosts(host, options);
  return {
    dataDir: options.dataDir,
    plain: { urls: host.urls.plain, ca: plain.ca },
    url: host.urls.web,
    apiUrl: host.urls.api,
    registryUrl: host.urls.registry,
    admin,
    close: async () => {
      await Promise.all([web, registry, ...plain.servers].map(closeServer));
      host.deliveries.close();
    },
  };
}

async function startPlainHosts(host: Host, { dataDir, plain = {}, plainPath = "" }: ForgeOptions) {
  const servers: Server[] = [];
  const kinds = PLAIN_KINDS.filter((kind) => plain[kind] !== undefined);
  if (kinds.length === 0) return { ca: "", servers };
  const certificates = openCertificates(dataDir);
  for (const kind of kinds) {
    const server = await listenPlain(host, { kind, base: plainPath }, certificates, plain[kind] ?? 0);
    servers.push(server);
    host.urls.plain[kind] = `https://127.0.0.1:${portOf(server)}${plainPath}`;
  }
  return { ca: certificates.ca, servers };
}

function openHost(options: ForgeOptions): Host {
  const store = openStore(options.dataDir);
  const faults = makeFaults();
  const deliveries = openDeliveries(options.dataDir, faults, () => store.id());
  // Ids are saved with the state; a kill right after a delivery must not give its id away again.
  store.state.nextId = Math.max(store.state.nextId, 1 + (deliveries.all().at(-1)?.id ?? 0));
  deliveries.onAnswer((delivery) => {
    const hook = store.state.hooks.find((one) => one.id === delivery.hookId);
    if (!hook) return;
    if (delivery.fault === "disable_hook") hook.active = false;
    const { statusCode, status } = delivery;
    const isGood = statusCode >= 200 && statusCode < 300;
    hook.lastResponse = { code: statusCode || null, status: isGood ? "active" : "failed", message: status };
    store.save();
  });
  return {
    store,
    dataDir: options.dataDir,
    urls: { web: "", api: "", registry: "", plain: { gitlab: "", gitea: "", bitbucket: "" } },
    log: options.log ?? (() => undefined),
    faults,
    requests: makeRequestLog(),
    limits: makeRateLimits(),
    deliveries,
    pushes: makeLocks(),
  };
}

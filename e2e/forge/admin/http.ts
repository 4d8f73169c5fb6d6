import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { json, type Reply } from "@/e2e/forge/http/reply";
import type { ForgeAdmin } from "./admin";

export const ADMIN_PREFIX = "/-/forge/";

type Method = (...values: unknown[]) => Promise<unknown>;

/**
 * The admin for other processes: POST /-/forge/{method} with the arguments as a JSON array, answered with
 * `{ "result": … }` or 400 and `{ "error": … }`; GET works for methods without arguments. Faults have plain
 * routes as well. Pages of other origins are kept out.
 */
export async function answerAdmin(host: Host, admin: ForgeAdmin, exchange: Exchange): Promise<Reply> {
  if (exchange.header("origin") || !isLoopbackName(exchange.header("host") ?? "")) {
    return json(403, { error: "The admin interface is for local processes, not for pages." });
  }
  try {
    const name = exchange.path.slice(ADMIN_PREFIX.length);
    if (name === "faults") return json(200, { result: await answerFaults(admin, exchange) });
    const method = Object.hasOwn(admin, name)
      ? (admin[name as keyof ForgeAdmin] as unknown as Method)
      : undefined;
    if (!method)
      return json(404, { error: `There is no admin method "${name}". There are: ${methodNames(admin)}.` });
    const values = exchange.method === "POST" ? await readArguments(exchange) : [];
    return json(200, { result: (await method(...values)) ?? null });
  } catch (error) {
    host.log(`admin ${exchange.path}: ${String(error)}`);
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** GET lists, POST orders one or several, DELETE clears. */
async function answerFaults(admin: ForgeAdmin, exchange: Exchange): Promise<unknown> {
  if (exchange.method === "DELETE") return (await admin.clearFaults()) ?? null;
  if (exchange.method !== "POST") return admin.faults();
  const orders = await readArguments(exchange);
  if (orders.length === 0) return admin.faults();
  const ordered = [];
  for (const order of orders) ordered.push(await admin.fault(order as Parameters<ForgeAdmin["fault"]>[0]));
  return ordered;
}

async function readArguments(exchange: Exchange): Promise<unknown[]> {
  const body = (await exchange.body()).toString("utf8");
  if (body.trim() === "") return [];
  const value: unknown = parse(body);
  return Array.isArray(value) ? value : [value];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error("The body is not JSON; send the arguments as an array.");
  }
}

function methodNames(admin: ForgeAdmin): string {
  return Object.keys(admin).sort().join(", ");
}

function isLoopbackName(name: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(name);
}

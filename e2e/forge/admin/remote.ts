import type { ForgeAdmin } from "./admin";

/** The admin of a forge that runs in another process, with the same methods. */
export function connectAdmin(url: string): ForgeAdmin {
  return new Proxy({} as ForgeAdmin, {
    get: (_, name) => {
      // A promise would be recognised by its `then`; this is none.
      if (typeof name !== "string" || name === "then") return undefined;
      return (...values: unknown[]) => call(url, name, values);
    },
  });
}

async function call(url: string, method: string, values: unknown[]): Promise<unknown> {
  const response = await fetch(`${url}/-/forge/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(portable(values)),
  });
  const answer = (await response.json()) as { result?: unknown; error?: string };
  if (answer.error !== undefined) throw new Error(`forge.${method}: ${answer.error}`);
  return answer.result ?? undefined;
}

/** File contents as bytes travel as base64. */
function portable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(portable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, portable(one)]));
}

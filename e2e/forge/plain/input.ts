import type { Exchange } from "@/e2e/forge/http/exchange";

/** The JSON object of a request; an empty one when there is none. */
export async function readBody(exchange: Exchange): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse((await exchange.body()).toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

export function isPlainAddress(value: unknown): boolean {
  return typeof value === "string" && /^https?:$/.test(URL.parse(value)?.protocol ?? "");
}

import type { Exchange } from "./exchange";

export type Presented =
  | { kind: "none" }
  | { kind: "bearer"; token: string }
  | { kind: "basic"; user: string; password: string }
  | { kind: "unreadable" };

/** What the Authorization header holds; nothing is checked here. */
export function presentedCredentials(exchange: Exchange): Presented {
  const header = exchange.header("authorization");
  if (!header) return { kind: "none" };
  const bearer = /^(?:bearer|token)\s+(\S+)$/i.exec(header);
  if (bearer?.[1]) return { kind: "bearer", token: bearer[1] };
  const basic = /^basic\s+(\S+)$/i.exec(header);
  if (!basic?.[1]) return { kind: "unreadable" };
  const decoded = Buffer.from(basic[1], "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 0) return { kind: "unreadable" };
  return { kind: "basic", user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

import type { Call } from "./call";

export interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

/** One page of a list and the Link header that leads to the others. Bad numbers count as the defaults. */
export function paginate<T>(call: Call, all: T[], perPageDefault = 30): Page<T> {
  const perPage = clamp(call.query.get("per_page"), perPageDefault, 100);
  const page = clamp(call.query.get("page"), 1, Number.MAX_SAFE_INTEGER);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const items = all.slice((page - 1) * perPage, page * perPage);
  return { items, headers: linkHeader(call, page, last) };
}

export function pageWindow(call: Call, perPageDefault = 30): { page: number; perPage: number } {
  return {
    perPage: clamp(call.query.get("per_page"), perPageDefault, 100),
    page: clamp(call.query.get("page"), 1, Number.MAX_SAFE_INTEGER),
  };
}

export function linkHeader(call: Call, page: number, last: number): Record<string, string> {
  const links: string[] = [];
  const add = (rel: string, target: number) =>
    links.push(`<${pageUrl(call, { page: target })}>; rel="${rel}"`);
  if (page > 1) add("prev", Math.min(page - 1, last));
  if (page < last) {
    add("next", page + 1);
    add("last", last);
  }
  if (page > 1) add("first", 1);
  return links.length > 0 ? { link: links.join(", ") } : {};
}

export function pageUrl(call: Call, changed: Record<string, string | number>): string {
  const query = new URLSearchParams(call.query);
  for (const [name, value] of Object.entries(changed)) query.set(name, String(value));
  return `${call.host.urls.api}${call.path}?${query}`;
}

function clamp(value: string | null, fallback: number, highest: number): number {
  const parsed = Number.parseInt(value ?? "", 10);
  if (!Number.isFinite(parsed) || parsed < 1) return fallback;
  return Math.min(parsed, highest);
}

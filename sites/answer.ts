import type { IncomingMessage, ServerResponse } from "node:http";
import { reportUnexpected } from "@/lib/log";
import { siteLabel } from "@/sites/host";
import type { Live, LiveDeployments } from "@/sites/live";
import { findPath } from "@/sites/lookup";
import {
  BROKEN,
  FILES_GONE,
  NO_SUCH_PAGE,
  NOTHING_YET,
  type PlainPage,
  sendPlainPage,
  UNAVAILABLE,
  UNKNOWN_HOST,
  WRONG_METHOD,
} from "@/sites/plain-page";
import type { Published, PublishedFiles } from "@/sites/published";
import { sendFile } from "@/sites/send";

export type Sites = { live: LiveDeployments; files: PublishedFiles };

/** Answers one request for a page of a site. Which deployment it is from is decided once, so no answer is a mix of two. */
export async function answerSite(
  sites: Sites,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("x-content-type-options", "nosniff");
  const plain = (page: PlainPage) => sendPlainPage(request, response, page);
  try {
    if (request.method !== "GET" && request.method !== "HEAD") return plain(WRONG_METHOD);
    const label = siteLabel(request.headers.host);
    const live = label === null ? UNKNOWN : await sites.live.of(label).catch(unavailable);
    if (live === "unavailable") return plain(UNAVAILABLE);
    if (live.kind === "unknown") return plain(UNKNOWN_HOST);
    if (live.kind === "nothing_yet") return plain(NOTHING_YET);
    const published = await sites.files.open(live.id);
    if (!published) return plain(FILES_GONE);
    if (!(await answerFrom(published, request, response))) {
      sites.files.forget(live.id);
      plain(FILES_GONE);
    }
  } catch (error) {
    reportUnexpected(error, "sites");
    if (response.headersSent) response.destroy();
    else plain(BROKEN);
  }
}

const UNKNOWN: Live = { kind: "unknown" };
/** Known already in /api/ready; here it would be logged once a request. */
const unavailable = (): "unavailable" => "unavailable";

/** False when a file that should be there is gone. */
async function answerFrom(
  { folder, paths }: Published,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const [rawPath = "/", query] = splitQuery(request.url ?? "/");
  const found = findPath(paths, rawPath);
  if (found.kind === "file") return sendFile(request, response, { folder, path: found.path, status: 200 });
  if (found.kind === "redirect") {
    response.writeHead(308, { location: found.to + query, "cache-control": "no-cache", "content-length": 0 });
    response.end();
    return true;
  }
  if (paths.has("404.html")) return sendFile(request, response, { folder, path: "404.html", status: 404 });
  sendPlainPage(request, response, NO_SUCH_PAGE);
  return true;
}

function splitQuery(url: string): [string, string] {
  const at = url.indexOf("?");
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at)];
}

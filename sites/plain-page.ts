import type { IncomingMessage, ServerResponse } from "node:http";

const STYLE = `:root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;
font:16px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}main{max-width:26rem;padding:2rem;text-align:center}
h1{font-size:1.25rem;font-weight:600;margin:0 0 .5rem}p{margin:0;opacity:.7}`;

export type PlainPage = { status: 404 | 405 | 500 | 503; title: string; text: string };

export const UNKNOWN_HOST: PlainPage = {
  status: 404,
  title: "There is no site here",
  text: "No app has this address. Check it for a typing error.",
};
export const NOTHING_YET: PlainPage = {
  status: 404,
  title: "Nothing is live yet",
  text: "This app has no finished deployment. It will show here as soon as one is ready.",
};
export const NO_SUCH_PAGE: PlainPage = {
  status: 404,
  title: "There is no such page",
  text: "This site has nothing under this address.",
};
export const FILES_GONE: PlainPage = {
  status: 503,
  title: "This site cannot be shown",
  text: "Its files are not on this server. Redeploy the app to bring them back.",
};
export const UNAVAILABLE: PlainPage = {
  status: 503,
  title: "This site cannot be shown now",
  text: "The server is starting or has lost its database. Try again in a moment.",
};
export const BROKEN: PlainPage = {
  status: 500,
  title: "Something went wrong",
  text: "The server could not read this page. Try again in a moment.",
};
export const WRONG_METHOD: PlainPage = {
  status: 405,
  title: "Sites can only be read",
  text: "This address answers GET and HEAD.",
};

/** A small page of our own, for where a site has none. */
export function sendPlainPage(request: IncomingMessage, response: ServerResponse, page: PlainPage): void {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${page.title}</title><style>${STYLE}</style><main><h1>${page.title}</h1><p>${page.text}</p></main></html>\n`;
  response.writeHead(page.status, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    ...(page.status === 405 ? { allow: "GET, HEAD" } : {}),
    ...(page.status === 503 ? { "retry-after": "2" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

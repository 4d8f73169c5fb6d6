import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export interface HookAnswer {
  /** 0 when there was none. */
  statusCode: number;
  /** "OK", or why there is no good answer, in GitHub's words. */
  status: string;
  headers: Record<string, string>;
  body: string;
  seconds: number;
}

const TIMEOUT_MS = 10_000;
const KEPT_BYTES = 64 * 1024;

/** One attempt to deliver: no redirect is followed, ten seconds for all of it, nothing is repeated. */
export function postHook(
  target: string,
  headers: Record<string, string>,
  body: Buffer,
  insecureSsl: boolean,
): Promise<HookAnswer> {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 10) / 100;
  const failed = (status: string): HookAnswer => ({
    statusCode: 0,
    status,
    headers: {},
    body: "",
    seconds: seconds(),
  });

  return new Promise((resolve) => {
    const url = new URL(target);
    const options = {
      method: "POST",
      headers: { ...headers, "content-length": String(body.length) },
      agent: false,
    };
    const request =
      url.protocol === "https:"
        ? requestHttps(url, { ...options, rejectUnauthorized: !insecureSsl, agent: false as const })
        : requestHttp(url, { ...options, agent: false as const });
    const timer = setTimeout(() => {
      resolve(failed("timed out"));
      request.destroy();
    }, TIMEOUT_MS);
    const finish = (answer: HookAnswer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    request.on("error", (error: NodeJS.ErrnoException) => finish(failed(describe(error))));
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= KEPT_BYTES) chunks.push(chunk);
      });
      response.on("error", () => finish(failed("failed to connect to host")));
      response.on("end", () => {
        const code = response.statusCode ?? 0;
        finish({
          statusCode: code,
          status: code >= 200 && code < 300 ? "OK" : `Invalid HTTP Response: ${code}`,
          headers: flatten(response.headers),
          body: Buffer.concat(chunks).toString("utf8"),
          seconds: seconds(),
        });
      });
    });
    request.end(body);
  });
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.code === "ECONNREFUSED" || error.code === "ENOTFOUND") return "failed to connect to host";
  return `failed to connect to host (${error.code ?? error.message})`;
}

function flatten(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import type { Reply } from "@/e2e/forge/http/reply";
import type { Repository } from "@/e2e/forge/state/model";
import { childEnvironment, exitCode } from "./run";

/** Runs git's own CGI program for one request and answers with its headers and its still flowing body. */
export async function runBackend(
  host: Host,
  repository: Repository,
  exchange: Exchange,
  service: string,
  user: string,
): Promise<Reply> {
  const child = spawn("git", ["http-backend"], {
    env: childEnvironment(cgi(host, repository, exchange, service, user)),
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = exitCode(child);
  ended.catch(() => undefined);
  child.stdin.on("error", () => undefined);
  exchange.request.pipe(child.stdin);
  exchange.response.once("close", () => child.kill());
  const { head, rest } = await readHead(child.stdout);
  const { status, headers } = parseHead(head);
  return { status, headers, body: rest };
}

function cgi(host: Host, repository: Repository, exchange: Exchange, service: string, user: string) {
  const environment: Record<string, string> = {
    GIT_PROJECT_ROOT: join(host.dataDir, "repositories"),
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${repository.id}.git/${service}`,
    REQUEST_METHOD: exchange.method,
    QUERY_STRING: exchange.query.toString(),
    REMOTE_USER: user,
    REMOTE_ADDR: "127.0.0.1",
    CONTENT_TYPE: exchange.header("content-type") ?? "",
    CONTENT_LENGTH: exchange.header("content-length") ?? "",
    GIT_COMMITTER_NAME: user,
    GIT_COMMITTER_EMAIL: `${user}@forge.example`,
  };
  const encoding = exchange.header("content-encoding");
  if (encoding) environment.HTTP_CONTENT_ENCODING = encoding;
  const protocol = exchange.header("git-protocol");
  if (protocol) environment.GIT_PROTOCOL = protocol;
  return environment;
}

async function readHead(stream: Readable): Promise<{ head: string; rest: Readable }> {
  let known = Buffer.alloc(0);
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    known = Buffer.concat([known, chunk as Buffer]);
    const end = known.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const beginning = known.subarray(end + 4);
    if (beginning.length > 0) stream.unshift(beginning);
    return { head: known.subarray(0, end).toString("latin1"), rest: stream };
  }
  return { head: "Status: 500 git http-backend gave no answer", rest: stream };
}

function parseHead(head: string): { status: number; headers: Record<string, string> } {
  let status = 200;
  const headers: Record<string, string> = {};
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "status") status = Number(value.slice(0, 3));
    else if (colon > 0) headers[name] = value;
  }
  return { status, headers };
}

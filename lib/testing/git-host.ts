import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createAuthority, type TestAuthority } from "@/lib/testing/certificate";

type Certificate = { cert: string; key: string };
/** Answers a request itself and says true, or leaves it to the server. */
type Before = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A Git server as people run them: `git http-backend` behind https, with an authority and accounts of its own. */
export type GitHost = {
  origin: string;
  ca: string;
  authority: TestAuthority;
  /** User name to password; empty: everybody may read. */
  accounts: Map<string, string>;
  /** What it was asked, `GET /team/site.git/info/refs`, and with which Authorization header. */
  /** `token`: in the header of GitLab's API. */
  requests: { line: string; authorization: string | undefined; token: string | string[] | undefined }[];
  before: Before | null;
  /** Where a repository lies, for git commands of a test's own. */
  folderOf(path: string): string;
  /** Makes a bare repository; with files, one commit on `main`. Answers with its head. */
  addRepository(path: string, files?: Record<string, string>, message?: string): string;
  /** One commit more on a branch. */
  commit(path: string, branch: string, files: Record<string, string>, message?: string): string;
  git(path: string, args: readonly string[], input?: string | Buffer): string;
  close(): Promise<void>;
};

type Options = { host?: string; certificate?: (authority: TestAuthority, host: string) => Certificate };

const ENVIRONMENT: NodeJS.ProcessEnv = {
  NODE_ENV: "test",
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Ada Lovelace",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada Lovelace",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

export async function startGitHost(options: Options = {}): Promise<GitHost> {
  const { host = "localhost", certificate = (authority, name) => authority.issue(name) } = options;
  const root = mkdtempSync(join(tmpdir(), "skytells-git-host-"));
  const authority = createAuthority();
  const server = createServer(certificate(authority, host), (request, response) =>
    answer(hosted, root, request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const folderOf = (path: string) => join(root, `${path}.git`);
  const git = (path: string, args: readonly string[], input?: string | Buffer) =>
    execFileSync("git", ["--git-dir", folderOf(path), ...args], {
      env: ENVIRONMENT,
      encoding: "utf8",
      maxBuffer: 1e9,
      ...(input === undefined ? {} : { input }),
    }).trim();
  const commit: GitHost["commit"] = (path, branch, files, message = "A change") => {
    const ref = `refs/heads/${branch}`;
    const known = git(path, ["for-each-ref", "--format=%(objectname)", ref]);
    const stream = [
      `commit ${ref}`,
      "committer Ada Lovelace <ada@example.com> now",
      data(message),
      ...(known ? [`from ${known}`] : []),
      ...Object.entries(files).map(
        ([name, text]) => `M 100644 inline ${JSON.stringify(name)}\n${data(text)}`,
      ),
      "",
    ].join("\n");
    git(path, ["fast-import", "--quiet", "--date-format=now"], stream);
    return git(path, ["rev-parse", ref]);
  };
  const hosted: GitHost = {
    origin: `https://${host}:${port}`,
    ca: authority.ca,
    authority,
    accounts: new Map(),
    requests: [],
    before: null,
    folderOf,
    git,
    commit,
    addRepository(path, files, message) {
      mkdirSync(dirname(folderOf(path)), { recursive: true });
      execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", folderOf(path)], {
        env: ENVIRONMENT,
      });
      return files ? commit(path, "main", files, message) : "";
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(root, { recursive: true, force: true });
    },
  };
  return hosted;
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`;

function answer(host: GitHost, root: string, request: IncomingMessage, response: ServerResponse): void {
  const { authorization } = request.headers;
  const token = request.headers["private-token"];
  host.requests.push({ line: `${request.method} ${request.url}`, authorization, token });
  if (host.before?.(request, response)) return;
  if (host.accounts.size > 0 && !isKnown(host, authorization)) {
    request.resume();
    response.writeHead(401, { "www-authenticate": 'Basic realm="Git"' }).end("Denied");
    return;
  }
  runBackend(root, request, response);
}

function isKnown({ accounts }: GitHost, authorization = ""): boolean {
  // The token of nobody's account.
  if (authorization.startsWith("Bearer ")) return accounts.get("") === authorization.slice("Bearer ".length);
  const [user = "", ...rest] = Buffer.from(authorization.replace(/^Basic /, ""), "base64")
    .toString("utf8")
    .split(":");
  return accounts.has(user) && accounts.get(user) === rest.join(":");
}

function runBackend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "https://localhost");
  const child = spawn("git", ["http-backend"], {
    env: {
      ...ENVIRONMENT,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      REMOTE_ADDR: "127.0.0.1",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      ...(request.headers["content-encoding"]
        ? { HTTP_CONTENT_ENCODING: request.headers["content-encoding"] }
        : {}),
      ...(request.headers["git-protocol"] ? { GIT_PROTOCOL: String(request.headers["git-protocol"]) } : {}),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);
  response.once("close", () => child.kill());
  let head = Buffer.alloc(0);
  child.stdout.on("data", (chunk: Buffer) => {
    if (response.headersSent) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    writeHead(response, head.subarray(0, end).toString("latin1"));
    response.write(head.subarray(end + 4));
  });
  child.stdout.on("end", () => {
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split("\r\n")) {
    const [name = "", value = ""] = line.split(/: (.*)/s);
    if (name === "Status") status = Number(value.slice(0, 3));
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

/** Thousands of branches in no time: git reads them from one file. */
export function addManyBranches(host: GitHost, path: string, commit: string, names: Iterable<string>): void {
  const lines = [...names].map((name) => `${commit} refs/heads/${name}`).sort();
  writeFileSync(
    join(host.folderOf(path), "packed-refs"),
    `# pack-refs with: peeled fully-peeled sorted \n${lines.join("\n")}\n`,
  );
}

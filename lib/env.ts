import { resolve } from "node:path";
import { z } from "zod";
import { parseTrustedProxies } from "@/lib/client-address";

const MEBIBYTE = 1024 * 1024;
const origin = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ""));
const whole = (fallback: number) => z.coerce.number().int().positive().default(fallback);
/** Says the form and never the value, which carries a password. */
const SMTP_FORM =
  "Write smtp://user:password@host:587 or smtps://user:password@host:465, with what is special in name or password percent-encoded.";
const level = z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info");

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Where the web process listens; a reverse proxy on another machine needs 0.0.0.0. */
  HOST: z.string().default("127.0.0.1"),
  CONSOLE_URL: origin.optional(),
  SITES_PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  SITES_DOMAIN: z.string().default("localhost"),
  SITES_URL: origin.optional(),
  TRUST_PROXY: z.string().optional().superRefine(checkTrustedProxies),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: z.string().optional(),
  MASTER_KEY: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
  /** Master keys that still open older data keys while a rotation runs: files, separated by commas. */
  MASTER_KEY_PREVIOUS_FILES: z.string().optional(),
  GITHUB_URL: origin.default("https://github.com"),
  GITHUB_API_URL: origin.optional(),
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  EGRESS_ALLOW: z.string().optional(),
  NODE_EXTRA_CA_CERTS: z.string().optional(),
  SANDBOX: z.enum(["bubblewrap", "none"]).default("bubblewrap"),
  BUILD_REGISTRY_URL: origin.optional(),
  /** The instance admin's own mail server. */
  SMTP_URL: z.string().refine(isMailAddress, SMTP_FORM).optional(),
  /** Who mails come from; `console@` and the console's host name without it. */
  SMTP_FROM: z.email({ error: "Write an address such as console@example.com." }).optional(),
  LOG_LEVEL: level,
  BUILD_CONCURRENCY: whole(2),
  BUILD_TIMEOUT_SECONDS: whole(20 * 60),
  BUILD_MEMORY_BYTES: whole(4096 * MEBIBYTE),
  BUILD_LOG_BYTES: whole(16 * MEBIBYTE),
  BUILD_OUTPUT_BYTES: whole(1024 * MEBIBYTE),
  DEPLOYMENTS_KEPT: whole(20),
  POLL_SECONDS: whole(60),
  LEASE_SECONDS: whole(15),
});

export type Env = z.infer<typeof schema> & {
  CONSOLE_URL: string;
  DATA_DIR: string;
  GITHUB_API_URL: string;
  /** True when cookies may be marked Secure: the console is reached over https. */
  isSecure: boolean;
  /** True under `next dev` only. */
  isDevelopment: boolean;
};

function checkTrustedProxies(text: string | undefined, context: z.RefinementCtx): void {
  try {
    parseTrustedProxies(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
  }
}

function isMailAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isEncoded = [username, password].every(canBeDecoded);
  return /^smtps?:$/.test(protocol) && hostname !== "" && isEncoded;
}

/** `%zz` and half a character stand in an address unnoticed; decoding them would fail with the first mail. */
function canBeDecoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

let cached: Env | undefined;

/**
 * The settings of this process, read from the environment once, at the first call (so that a build needs none).
 * Throws with the name of each variable that cannot be used.
 */
export function env(): Env {
  cached ??= readEnv(process.env);
  return cached;
}

/** How much is logged. Read apart from the rest, since a log exists before the settings are asked for (and before they are right). */
export const logLevel = (): Env["LOG_LEVEL"] => level.catch("info").parse(process.env.LOG_LEVEL || undefined);

/** Parses settings; empty strings count as absent. */
export function readEnv(source: Record<string, string | undefined>): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(present);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The settings cannot be used. ${problems.join("; ")}`);
  }
  const values = parsed.data;
  const consoleUrl = values.CONSOLE_URL ?? `http://localhost:${values.PORT}`;
  const sitesHost = values.SITES_URL ? new URL(values.SITES_URL).hostname : values.SITES_DOMAIN;
  const problem = sitesDomainProblem(consoleUrl, sitesHost);
  if (problem) throw new Error(`The settings cannot be used. ${problem}`);
  return {
    ...values,
    CONSOLE_URL: consoleUrl,
    DATA_DIR: resolve(values.DATA_DIR),
    GITHUB_API_URL: values.GITHUB_API_URL ?? defaultApiUrl(values.GITHUB_URL),
    isSecure: consoleUrl.startsWith("https://"),
    isDevelopment: present.NODE_ENV === "development",
  };
}

/** github.com has an API host of its own; an Enterprise Server answers below `/api/v3` [GitHub docs, "REST API on GHES"]. */
export function defaultApiUrl(webUrl: string): string {
  return webUrl === "https://github.com" ? "https://api.github.com" : `${webUrl}/api/v3`;
}

const IS_ADDRESS = /^[\d.]+$|:/;
/** Suffixes such as `co.uk`: a short second label below a country. The list of all of them is not needed to be careful. */
const SHORT_SECOND = /^[a-z]{2,3}\.[a-z]{2}$/;

/**
 * Why sites may not be published below this domain; null when they may. A site is other people's code: below the console's own
 * domain it could set cookies that the console then receives. On `localhost` browsers keep each name apart.
 */
function sitesDomainProblem(consoleUrl: string, sitesHost: string): string | null {
  const consoleHost = new URL(consoleUrl).hostname.toLowerCase();
  const sites = sitesHost.toLowerCase();
  if (consoleHost === "localhost" || IS_ADDRESS.test(consoleHost) || sites === "localhost") return null;
  if (registrable(consoleHost) !== registrable(sites)) return null;
  return `Sites below ${sites} could set cookies for the console at ${consoleHost}. Give them a domain of their own: SITES_DOMAIN or SITES_URL.`;
}

function registrable(host: string): string {
  const labels = host.split(".");
  const count = SHORT_SECOND.test(labels.slice(-2).join(".")) ? 3 : 2;
  return labels.slice(-count).join(".");
}

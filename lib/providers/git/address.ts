import { ProviderRejected } from "@/lib/providers/errors";
import type { Host, ParsedAddress } from "@/lib/providers/provider";

const LONGEST = 500;
/** `%00` to `%1f`, `%7f`, and what would be a step of the path to one program and a character to another. */
const MISREAD = /%(?:[01][0-9a-f]|7f|2f|5c)/i;
const SCP = /^[\w.-]+@[\w.-]+:(?!\/\/)/;

/**
 * Takes an address apart and rebuilds it from its parts: https, host, port, path. What two programs could read differently is
 * refused, not repaired. Throws ProviderRejected("address") with what to change.
 */
export function parseAddress(typed: string): ParsedAddress {
  const text = typed.trim();
  if (text === "")
    throw refused("Enter the address of a repository or a group, such as https://git.example.com/team/site.");
  if (text.length > LONGEST) throw refused("This is too long for an address.");
  if (SCP.test(text) || /^(?:ssh|git):\/\//i.test(text)) {
    throw refused("This is an SSH address. Enter the one that begins with https://.");
  }
  if (/^http:\/\//i.test(text))
    throw refused("Plain http would send the credential in the clear. Use https.");
  if (!/^https:\/\/[^/]/i.test(text)) throw refused("The address has to begin with https://.");
  if (/[\s\\]/u.test(text) || hasControl(text)) {
    throw refused("Leave out spaces, backslashes and control characters.");
  }
  if (/[?#]/.test(text)) throw refused("Leave out what follows ? or #.");
  if (MISREAD.test(text)) throw refused("The address holds characters that programs read differently.");
  const url = toUrl(text);
  const pathPrefix = rebuildPath(rawPathOf(text));
  return { origin: url.origin, pathPrefix };
}

function toUrl(text: string): URL {
  const authority = /^https:\/\/([^/]*)/i.exec(text)?.[1] ?? "";
  if (authority.includes("@")) {
    throw refused("Leave user name and password out of the address: there are fields for them.");
  }
  if (!URL.canParse(text)) throw refused("This is no address that the console understands.");
  const url = new URL(text);
  const isHost = url.hostname !== "" && !url.hostname.endsWith(".") && !url.hostname.includes("%");
  if (!isHost || url.port === "0" || /:$/.test(authority))
    throw refused("This is no host that the console understands.");
  return url;
}

/** As it was typed: the URL parser would resolve `..` silently. */
const rawPathOf = (text: string): string => /^https:\/\/[^/]*(.*)$/i.exec(text)?.[1] ?? "";

/** `/team/site`: each step decoded, looked at and encoded again; empty for the host itself. No `.git`, no slash at the end. */
export function rebuildPath(raw: string): string {
  const steps = raw
    .split("/")
    .filter((step) => step !== "")
    .map(decodeStep);
  const last = steps.at(-1);
  if (last !== undefined) steps[steps.length - 1] = last.replace(/(?:\.git)+$/, "");
  if (steps.some((step) => step === "")) throw refused("The path ends in no name.");
  return steps.map((step) => `/${encodeURIComponent(step)}`).join("");
}

function decodeStep(step: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(step);
  } catch {
    throw refused("The path holds a % that stands for no character.");
  }
  if (/^\.\.?$/.test(decoded)) throw refused("Leave . and .. out of the path.");
  if (hasControl(decoded) || /[/\\]/.test(decoded) || /\p{Cs}/u.test(decoded)) {
    throw refused("The path holds characters that programs read differently.");
  }
  return decoded;
}

const hasControl = (text: string): boolean => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);

const refused = (sentence: string) => new ProviderRejected("address", sentence);

/** Whether a path is the prefix itself or below it, step by step: `/team` holds `/team/site`, not `/teammates`. */
export const isBelow = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(`${prefix}/`);

/**
 * The repository that a person typed, as an address or as a path from the host's root or from the integration's prefix. Throws
 * ProviderRejected when it is not at or below that prefix: the credential was given for nothing else.
 */
export function repositoryAddress(host: Host, typed: string): string {
  const prefix = host.pathPrefix ?? "";
  const text = typed.trim();
  const path =
    /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || SCP.test(text)
      ? pathOnHost(host, text)
      : pathBelow(prefix, text);
  if (path === "") throw refused("Enter the path of a repository.");
  if (!isBelow(path, prefix)) throw outside(host);
  return `${host.origin}${path}`;
}

function pathOnHost(host: Host, text: string): string {
  const { origin, pathPrefix } = parseAddress(text);
  if (origin !== host.origin) throw outside(host);
  return pathPrefix;
}

function pathBelow(prefix: string, text: string): string {
  if (text.length > LONGEST || MISREAD.test(text) || /[\s\\?#]/u.test(text)) {
    throw refused("This is not the path of a repository.");
  }
  const path = rebuildPath(text);
  return isBelow(path, prefix) ? path : `${prefix}${path}`;
}

const outside = (host: Host) =>
  new ProviderRejected(
    "outside",
    `This integration is for repositories at or below ${host.origin}${host.pathPrefix ?? ""}. Connect the other address as well.`,
  );

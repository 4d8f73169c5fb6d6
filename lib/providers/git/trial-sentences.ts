import type { ShownCertificate } from "@/lib/egress";
import { HOST_KINDS } from "@/lib/providers/git/host-kinds";
import type { Grant, TrialFailure, TrialField } from "@/lib/providers/provider";

type Certificate = { certificate: ShownCertificate | null };
export type Failure =
  | { reason: "address"; sentence: string }
  | { reason: "whole_host" }
  | { reason: "redirected"; target: URL | null }
  | { reason: "host_error"; status: number }
  | { reason: "tls_failed" }
  | ({ reason: "tls_untrusted" | "tls_expired" | "tls_wrong_host" } & Certificate)
  | {
      reason:
        | "unresolved"
        | "blocked"
        | "unreachable"
        | "too_slow"
        | "unauthorized"
        | "forbidden"
        | "not_found"
        | "not_git"
        | "empty";
    };

type Told = { reason: TrialFailure; field: TrialField; sentence: string };

/**
 * What happened and what to do, in one or two sentences; and the field to look at. `isItself`: what was tried is the integration's own
 * address, and no repository below it.
 */
export function sentenceFor(failure: Failure, grant: Grant, isItself: boolean): Told {
  const sentence = wordsFor(failure, grant, isItself);
  // To whoever looks on it is an address without a repository.
  if (failure.reason === "whole_host") return { reason: "address", field: "repository", sentence };
  return { reason: failure.reason, field: fieldOf(failure.reason, grant, isItself), sentence };
}

function fieldOf(reason: TrialFailure, { token }: Grant, isItself: boolean): TrialField {
  switch (reason) {
    case "unauthorized":
    case "forbidden":
      return token ? "token" : "user";
    case "tls_untrusted":
      return "ca";
    case "address":
    case "not_found":
    case "not_git":
    case "empty":
    case "redirected":
      return isItself ? "url" : "repository";
    default:
      return "url";
  }
}

function wordsFor(failure: Failure, grant: Grant, isItself: boolean): string {
  const { host } = new URL(grant.instance.origin);
  switch (failure.reason) {
    case "address":
      return failure.sentence;
    case "whole_host":
      return `This is the whole of ${host}. Enter one of its repositories under Test with.`;
    case "unresolved":
      return `No name server knows ${host}. Check the spelling, or ask whoever runs the network of this console.`;
    case "blocked":
      return `${host} is in a network that this console does not connect to. An instance admin can open a private network with EGRESS_ALLOW; metadata addresses stay closed.`;
    case "unreachable":
      return `Nothing answers at ${host}. Check the address and the port, and whether a firewall lets this console through.`;
    case "too_slow":
      return `${host} took too long to answer, or its answer did not end. Try again; if it stays slow, ask whoever runs it.`;
    case "redirected":
      return redirectWords(host, failure.target);
    case "host_error":
      return `${host} answered with an error (${failure.status}). Try again in a few minutes.`;
    case "unauthorized":
      return unauthorizedWords(host, grant);
    case "forbidden":
      return grant.token
        ? `${host} knows this account and does not let it read the repository. Give the token permission to read it, or use another one.`
        : `${host} lets nobody read the repository without a user name and a token.`;
    case "not_found":
      return `${host} shows no repository at this address${grant.token ? " to this account" : ""}.${isItself ? " If it is a group, enter one of its repositories under Test with." : ""}`;
    case "not_git":
      return `${host} answered, but not as a Git server. Enter the address that git clones from.`;
    case "empty":
      return "The repository can be read, but it has no branch with a commit yet. Push one, or save it as it is.";
    default:
      return certificateWords(host, failure);
  }
}

function redirectWords(host: string, target: URL | null): string {
  if (!target)
    return `${host} redirects this address without saying where to. Enter the address that git clones from.`;
  if (target.host === host && target.protocol === "http:") {
    return `${host} redirects this address to plain http, where a credential could be read on its way. Enter the address that it serves over https.`;
  }
  return target.host === host
    ? `${host} redirects this address to ${target.origin}${target.pathname.replace(/\/info\/refs$/, "")}. Enter that one instead.`
    : `${host} redirects to ${target.host}, which was not sent the credential. If that is right, enter its address instead.`;
}

function unauthorizedWords(host: string, { token, instance }: Grant): string {
  if (!token) return `A credential is needed: ${host} asks for a user name and a token.`;
  const kind = HOST_KINDS.find(({ id }) => id === instance.hostKind);
  const hint = kind && kind.id !== "other" ? ` ${kind.user.hint}` : "";
  return `${host} did not accept this user name and token. One of them is mistyped, or the token has expired or was revoked.${hint}`;
}

type CertificateFailure = Extract<Failure, { reason: `tls_${string}` }>;

function certificateWords(host: string, failure: CertificateFailure): string {
  if (failure.reason === "tls_failed") {
    return `${host} and this console could not agree on a secure connection. Check that the port speaks https.`;
  }
  const { certificate } = failure;
  switch (failure.reason) {
    case "tls_untrusted":
      if (certificate?.isSelfSigned) {
        return `The certificate of ${host} is signed by itself, and no authority that this console trusts vouches for it. If it is yours, paste it (PEM) under CA certificate.`;
      }
      return `The certificate of ${host} was issued by ${certificate?.issuer || "an authority without a name"}, which this console does not trust. If that is your own authority, paste its certificate (PEM) under CA certificate.`;
    case "tls_expired":
      return `The certificate of ${host} is not valid now${validityWords(certificate)}. Whoever runs the host has to renew it.`;
    case "tls_wrong_host":
      return `The certificate of ${host} is for ${certificate?.names || "other names"}. Enter the address by the name that it is for.`;
  }
}

function validityWords(certificate: ShownCertificate | null): string {
  const { validFrom, validTo } = certificate ?? { validFrom: null, validTo: null };
  if (validFrom && validFrom > new Date()) return `: it begins on ${day(validFrom)}`;
  return validTo ? `: it ended on ${day(validTo)}` : "";
}

const DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const day = (date: Date): string => DAY.format(date);

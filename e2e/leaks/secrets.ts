import type { IssuedSecret } from "@/e2e/forge/state/model";
import { SHORTEST } from "./encodings";
import type { Evidence } from "./evidence";

/** Something that must not be found, except where it has to be. */
export type RunSecret = {
  kind: string;
  value: string | Buffer;
  /** The one kind of place where it belongs; every such exception stands in this file, with its reason. */
  mayStandIn(evidence: Evidence): boolean;
};

const NOWHERE = () => false;

/**
 * The secrets of one run. What is left out, and why:
 * - **Session cookies and the halves of an authorization attempt** stand in `Set-Cookie`, where they are given out; that header is
 *   not part of a recorded response. Everywhere else they are looked for.
 * - **The token of a one-time link** (set-up, sign-in, invitation) is printed by the command that makes it, and the page that
 *   it opens, or that made it, hands it back to the person who brought it or asked for it: an answer to an address that holds
 *   the token, or to a form. It is looked for in every other response and everywhere else.
 * - **The `state` of an authorization** travels to the provider in an address by design (RFC 6749), so answers may carry it.
 * - **The master key** stands in its own file. **What the operator sets in the environment** stands in the environment of the
 *   processes that need it: the client secret in that of the supervisor, of the command and of the boot process, which
 *   seals it; any other secret (`SMTP_URL`) in that of the console's own processes. Never in that of git, of PostgreSQL or of a build.
 * - **A secret that a form shows once**, to be pasted at the provider (`shownOnce`), stands in the answer to that form.
 * - An account of the sandbox host whose **password is its login** ("octocat") has no secret: only passwords that were chosen count.
 * - **What a test types as a password or secret but is shorter than eight characters** would be found in ordinary text.
 */
export class RunSecrets {
  readonly #all = new Map<string, RunSecret>();

  /** A secret that may stand nowhere. */
  add(kind: string, value: string | Buffer, mayStandIn: RunSecret["mayStandIn"] = NOWHERE): void {
    if (value.length < SHORTEST) return;
    const key = Buffer.from(value as string).toString("latin1");
    if (!this.#all.has(key)) this.#all.set(key, { kind, value, mayStandIn });
  }

  addLinkToken(value: string): void {
    this.add("one-time link", value, (evidence) => isPrinted(evidence) || isGivenBack(evidence, value));
  }

  addState(value: string): void {
    this.add("state of an authorization", value, ({ place }) => place === "response");
  }

  addShownOnce(kind: string, value: string): void {
    this.add(kind, value, isAnswerToForm);
  }

  addMasterKey(file: string, contents: string): void {
    const text = contents.trim();
    const mayStandIn = ({ where }: Evidence) => where === file || where.startsWith(`${file}.previous-`);
    this.add("master key", text, mayStandIn);
    this.add("master key", Buffer.from(text, "base64"), mayStandIn);
  }

  addOperators(name: string, value: string): void {
    const allowed = name === "GITHUB_CLIENT_SECRET" ? BEFORE_START : OWN_PROCESSES;
    this.add(name, value, ({ place, where }) => place === "environment of a process" && allowed.test(where));
  }

  /** Everything that the sandbox host gave out. */
  addIssued(issued: readonly IssuedSecret[]): void {
    for (const { kind, value } of issued) this.add(kind.replaceAll("_", " "), value);
  }

  all(): RunSecret[] {
    return [...this.#all.values()];
  }
}

const BEFORE_START = /\b(scripts\/(start|console)\.mjs|boot-process\.mjs|console\.mjs)\b/;
const OWN_PROCESSES = /\b(scripts\/(start|console)|boot-process|console|server|worker|sites)\.mjs\b/;

/** A command that makes a link prints it, and so does the first start. */
const isPrinted = ({ place, where }: Evidence) => place === "log" && where.startsWith("printed by ");

const isAnswerToForm = ({ place, request }: Evidence) => place === "response" && request?.method === "POST";

const isGivenBack = (evidence: Evidence, token: string) =>
  isAnswerToForm(evidence) ||
  (evidence.place === "response" && Boolean(evidence.request?.url.includes(token)));

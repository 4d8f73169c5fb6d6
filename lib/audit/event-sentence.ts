export type EventWords = {
  event: string;
  subjectName: string | null;
  facts: Record<string, unknown>;
  /** Name of the app that the facts point to, where it still exists. */
  appName: string | null;
};

type Sentence = (words: Words) => string;

/** What a sentence may draw from: texts only, whatever the facts hold. */
class Words {
  constructor(private readonly event: EventWords) {}

  get subject(): string {
    return this.event.subjectName ?? this.event.appName ?? "it";
  }

  get forApp(): string {
    return this.event.appName === null ? "" : ` for ${this.event.appName}`;
  }

  fact(name: string): string {
    const value = this.event.facts[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  }

  /** Several names, as people list them. */
  list(name: string): string {
    const value = this.event.facts[name];
    const names = Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
    const last = names.at(-1) ?? "something";
    return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
  }

  count(name: string, one: string, many: string): string {
    const value = this.event.facts[name];
    return `${typeof value === "number" ? value : 0} ${value === 1 ? one : many}`;
  }

  /** What was added to a list and taken from it. */
  get changed(): string {
    const part = (name: string, verb: string) =>
      Array.isArray(this.event.facts[name]) && (this.event.facts[name] as unknown[]).length > 0
        ? `, ${verb} ${this.list(name)}`
        : "";
    return `${part("added", "added")}${part("removed", "removed")}`;
  }

  /** The name that an edit replaced. */
  get nameBefore(): string {
    const changes = this.event.facts.changes as { name?: { from?: unknown } } | undefined;
    const from = changes?.name?.from ?? this.event.facts.from;
    return typeof from === "string" ? `, before that ${from}` : "";
  }

  get ofDeployment(): string {
    const number = this.fact("number");
    return number === "" ? "" : `, deployment ${number}`;
  }

  get deployment(): string {
    return `deployment ${this.fact("number")} of ${this.event.appName ?? this.event.subjectName ?? "an app"}`;
  }
}

const USES: Record<string, Sentence> = {
  checkout: (to) => `fetched code through ${to.subject}${to.forApp}${to.ofDeployment}`,
  allow_list: (to) => `looked up repositories through ${to.subject}, for its allow-list`,
  restore: (to) => `looked up repositories through ${to.subject}, to reconnect apps`,
  choose_source: (to) => `looked up a repository through ${to.subject}${to.forApp}`,
  repository_search: () => "searched repositories (told once an hour)",
  hook: (to) => `looked after webhooks through ${to.subject}`,
  delete_hook: (to) => `deleted webhooks through ${to.subject}`,
  health: (to) => `checked ${to.subject}`,
};

/** How a deletion or a revocation at the provider went; where it says nothing else, it was done. */
const ENDS: Record<string, string> = {
  already_gone: "found nothing left of",
  refused: "could not delete",
  gave_up: "gave up deleting",
  forgotten: "erased what was kept for deleting",
};
const REVOKED: Record<string, string> = {
  already_gone: "found nothing left to revoke of",
  refused: "could not revoke",
  gave_up: "gave up revoking",
  forgotten: "erased what was kept for revoking",
};

const SENTENCES: Record<string, Sentence> = {
  "project.created": (to) => `created the project as ${to.subject}`,
  "project.renamed": (to) => `renamed the project to ${to.subject}${to.nameBefore}`,
  "member.invited": (to) => `invited ${to.subject} as ${to.fact("role")}`,
  "member.joined": (to) => `joined the project as ${to.fact("role")}`,
  "member.role_changed": (to) => `made ${to.subject}, before that ${to.fact("from")}, ${to.fact("to")}`,
  "member.removed": (to) => `removed ${to.subject} from the project`,
  "member.left": () => "left the project",
  "invitation.revoked": (to) => `revoked the invitation of ${to.subject}`,
  "app.created": (to) => `created ${to.subject} from ${to.fact("repository")}, branch ${to.fact("branch")}`,
  "app.renamed": (to) => `renamed an app to ${to.subject}${to.nameBefore}`,
  "app.build_changed": (to) => `changed how ${to.subject} is built`,
  "app.source_changed": (to) => `changed the source of ${to.subject}`,
  "deployment.requested": (to) => `asked for ${to.deployment}, commit ${to.fact("commit").slice(0, 7)}`,
  "deployment.cancelled": (to) => `cancelled ${to.deployment}`,
  "deployment.rolled_back": (to) => `put ${to.deployment} live again`,
  "integration.connected": (to) => `connected ${to.subject}`,
  "integration.reauthorized": (to) => `authorized ${to.subject} again`,
  "integration.paused": (to) => `paused ${to.subject}`,
  "integration.resumed": (to) => `resumed ${to.subject}`,
  "integration.removed": (to) => `removed ${to.subject}`,
  "integration.forgotten": (to) =>
    `erased the copies of the token of ${to.subject} before everything was done at the provider`,
  "integration.restricted": (to) =>
    `let apps use only ${to.count("repositories", "repository", "repositories")} through ${to.subject}${to.changed}`,
  "integration.unrestricted": (to) => `let apps use every repository that ${to.subject} reaches`,
  "integration.restored": (to) => `reconnected ${to.list("apps")} to ${to.subject}`,
  "integration.account_replaced": (to) => `put ${to.subject} in the place of ${to.fact("replaced")}`,
  "authorization.discarded": (to) => `discarded a new authorization of ${to.subject}; nothing was changed`,
  "authorization.expired": (to) => `erased a new authorization of ${to.subject} that nobody confirmed`,
  "authorization.superseded": (to) =>
    `started another authorization; the one of ${to.subject} that waited was erased`,
  "authorization.refused": (to) => `erased a new authorization of ${to.subject} that could not be used`,
  "authorization.wiped": (to) =>
    `changed the address or client at ${to.fact("origin")}, which erased a new authorization of ${to.subject} that nobody had confirmed yet`,
  "credential.refreshed": (to) => `renewed the token of ${to.subject}`,
  "integration.expiring": (to) =>
    `noticed that the access of ${to.subject} ends in less than ${to.fact("days")} ${to.fact("days") === "1" ? "day" : "days"}`,
  "integration.lost": (to) => `stopped accepting the token of ${to.subject} (${plain(to.fact("reason"))})`,
  "integration.unsuspended": (to) => `lifted the suspension of ${to.subject}`,
  "integration.wiped": (to) =>
    `changed the address or client at ${to.fact("origin")}, which erased the token of ${to.subject}`,
  "leftover.settled": (to) => `says that nothing of ${to.subject} is left at the provider`,
  "credential.used": (to) => (USES[to.fact("purpose")] ?? otherUse)(to),
  "hook.changed": (to) => (HOOKS[to.fact("status")] ?? unkept)(to),
  "hook.secret_changed": (to) =>
    to.fact("toldBy") === "person"
      ? `was shown a new secret for the webhook of ${to.subject}`
      : `changed the secret of the webhook of ${to.subject}`,
  "hook.deleted": (to) => `${ENDS[to.fact("outcome")] ?? "deleted"} the webhook of ${to.subject}`,
  "token.revoked": (to) => `${REVOKED[to.fact("outcome")] ?? "revoked"} a token that is not needed any more`,
};

const HOOKS: Record<string, Sentence> = {
  active: (to) =>
    `${to.fact("registeredBy") === "person" ? "hears" : "registered"} the webhook of ${to.subject}`,
  refused: (to) => `asks for new commits of ${to.subject} by itself: no webhook could be registered`,
};

const unkept: Sentence = (to) => `could not keep the webhook of ${to.subject}`;

const otherUse: Sentence = (to) => `used ${to.subject}${to.forApp} (${plain(to.fact("purpose"))})`;

/**
 * An audit event in words that follow the actor's name: "connected octocat". Every event is named `thing.happened`, so that one
 * without a sentence of its own still reads as one.
 */
export function eventSentence(event: EventWords): string {
  const sentence = SENTENCES[event.event];
  return sentence ? sentence(new Words(event)) : plainSentence(event);
}

function plainSentence({ event, subjectName }: EventWords): string {
  const [thing = "", happened = ""] = event.split(".");
  return [plain(happened), "the", plain(thing), subjectName ?? ""].filter(Boolean).join(" ");
}

const plain = (code: string) => code.replaceAll("_", " ");

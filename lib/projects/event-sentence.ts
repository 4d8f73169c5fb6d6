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

  /** The name that an edit replaced. */
  get nameBefore(): string {
    const changes = this.event.facts.changes as { name?: { from?: unknown } } | undefined;
    const from = changes?.name?.from ?? this.event.facts.from;
    return typeof from === "string" ? `, before that ${from}` : "";
  }

  get deployment(): string {
    return `deployment ${this.fact("number")} of ${this.event.appName ?? this.event.subjectName ?? "an app"}`;
  }
}

const USES: Record<string, Sentence> = {
  checkout: (to) => `fetched code through ${to.subject}${to.forApp}`,
  choose_source: (to) => `looked up a repository through ${to.subject}${to.forApp}`,
  repository_search: () => "searched repositories (told once an hour)",
  hook: (to) => `looked after webhooks through ${to.subject}`,
  delete_hook: (to) => `deleted webhooks through ${to.subject}`,
  health: (to) => `checked ${to.subject}`,
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
  "integration.lost": (to) => `stopped accepting the token of ${to.subject} (${plain(to.fact("reason"))})`,
  "credential.used": (to) => (USES[to.fact("purpose")] ?? otherUse)(to),
  "hook.changed": (to) =>
    to.fact("status") === "active"
      ? `registered the webhook of ${to.subject}`
      : `could not keep the webhook of ${to.subject}`,
  "hook.deleted": (to) => `deleted the webhook of ${to.subject}`,
  "token.revoked": () => "revoked a token that is not needed any more",
};

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

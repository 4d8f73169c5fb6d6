type Event = { event: string; subjectName: string | null; facts: Record<string, unknown> };

/** Verbs whose past tense alone would not say it. The subject's name stands for `*`. */
const SENTENCES: Record<string, string> = {
  "project.created": "created the project as *",
  "project.renamed": "renamed the project to *",
  "credential.used": "used the access of *",
  "integration.needs_reauthorization": "found that * has to be authorized again",
  "integration.active": "found that * works again",
  "integration.degraded": "could not reach the provider of *",
};

/**
 * An audit event in words that follow the actor's name: "connected the integration octocat". Every event is named
 * `thing.happened`, so that one without a sentence of its own still reads as one.
 */
export function eventSentence({ event, subjectName, facts }: Event): string {
  const name = subjectName ?? "";
  const own = SENTENCES[event];
  const sentence = own === undefined ? plainSentence(event, name) : own.replace("*", name);
  return [sentence, ...details(facts)].join(", ").trim();
}

function plainSentence(event: string, name: string): string {
  const [thing = "", happened = ""] = event.split(".");
  return [words(happened), "the", words(thing), name].filter(Boolean).join(" ");
}

const words = (code: string) => code.replaceAll("_", " ");

/** The facts that a reader wants, where they are plain text. */
function details(facts: Record<string, unknown>): string[] {
  const text = (name: string) => (typeof facts[name] === "string" && facts[name] !== "" ? facts[name] : null);
  return [
    text("from") && `before that ${text("from")}`,
    text("app") && `for ${text("app")}`,
    text("purpose") && `to ${text("purpose")}`,
    text("repository") && `repository ${text("repository")}`,
  ].filter((part): part is string => part !== null && part !== "");
}

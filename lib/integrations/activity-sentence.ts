type Event = { event: string; subject: string | null; facts: Record<string, unknown> };

const PURPOSES: Record<string, string> = {
  checkout: "fetched code for a deployment",
  choose_source: "chose a repository and a branch",
  repository_search: "searched its repositories",
};

/** What an event of an integration's activity says after the name of who did it. */
export function activitySentence({ event, subject, facts }: Event): string {
  switch (event) {
    case "integration.connected":
      return `connected ${subject ?? "it"}`;
    case "integration.reauthorized":
      return `re-authorized ${subject ?? "it"}, same account`;
    case "integration.paused":
      return `paused ${subject ?? "it"}`;
    case "integration.resumed":
      return `resumed ${subject ?? "it"}`;
    case "integration.account_replaced":
      return `put ${subject ?? "another account"} in the place of ${String(facts.replaced)}`;
    case "authorization.discarded":
      return `discarded a new authorization of ${subject ?? "it"}; nothing was changed`;
    case "authorization.expired":
      return `erased a new authorization of ${subject ?? "it"} that nobody confirmed`;
    case "authorization.superseded":
      return `started another authorization; the one of ${subject ?? "it"} that waited was erased`;
    case "authorization.refused":
      return `erased a new authorization of ${subject ?? "it"} that could not be used`;
    case "integration.lost":
      return `said that the token no longer works (${String(facts.reason)})`;
    case "credential.used":
      return PURPOSES[String(facts.purpose)] ?? `used it (${String(facts.purpose)})`;
    case "hook.changed":
      return `${facts.status === "active" ? "registered" : "could not keep"} the webhook of ${subject ?? "a repository"}`;
    case "hook.deleted":
      return `deleted the webhook of ${subject ?? "a repository"}`;
    case "token.revoked":
      return "revoked the token that was replaced";
    default:
      return event.replaceAll(/[._]/g, " ");
  }
}

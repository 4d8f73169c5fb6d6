/** Why an authorization ended without a connection. The code travels in the address; the words are ours. */
export const FAILURE_CODES = [
  "denied",
  "refused",
  "state",
  "code",
  "role",
  "signed_out",
  "unavailable",
  "client",
  "instance",
  "scopes",
  "unverified_email",
  "account_taken",
  "too_many_tokens",
  "removed",
  "changed",
  "unexpected",
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

export const isFailureCode = (text: unknown): text is FailureCode =>
  FAILURE_CODES.some((code) => code === text);

/** One sentence for each code: what happened, what it means, what to do. `provider` is a name such as GitHub. */
export function failureSentence(code: FailureCode, provider: string): string {
  switch (code) {
    case "denied":
      return `You did not grant access at ${provider}, so nothing was changed.`;
    case "refused":
      return `${provider} refused the authorization, so nothing was changed. Try again, or ask an instance admin.`;
    case "state":
      return "This authorization was not started here, was used already, or took longer than ten minutes. Start it again.";
    case "code":
      return `${provider} no longer accepts this authorization. Start it again.`;
    case "role":
      return "Your role in this project no longer lets you connect integrations. Ask an owner or admin.";
    case "signed_out":
      return `You were signed out while you were at ${provider}, so nothing was changed. Start it again.`;
    case "unavailable":
      return `${provider} did not answer as it should, so nothing was changed. Try again in a few minutes.`;
    case "client":
      return `${provider} does not accept this console's client. An instance admin has to correct it under This instance.`;
    case "instance":
      return `An instance admin changed or disabled ${provider} on this console meanwhile, so nothing was changed. Ask them, then start again.`;
    case "scopes":
      return `${provider} granted too little: no code could be fetched with it, so nothing was changed. Start again and leave everything ticked, or ask for public repositories only.`;
    case "unverified_email":
      return `The ${provider} account has no verified email address. Verify one at ${provider}, then start again.`;
    case "account_taken":
      return `The ${provider} account that you authorized is connected to this project already, as an integration of its own, so nothing was changed. Choose another account, or let apps choose that integration under Settings > Git.`;
    case "too_many_tokens":
      return `This ${provider} account is connected nine times on this console already, and ${provider} silently drops the oldest of ten. Remove one it no longer needs, then start again.`;
    case "removed":
      return "The integration was removed meanwhile, so nothing was changed.";
    case "changed":
      return "Somebody else authorized or removed this integration at the same moment, so this authorization changed nothing. Look at it, and start again if it still needs you.";
    case "unexpected":
      return "Something went wrong on our side, so nothing was changed. Try again; if it happens again, ask an instance admin to look at the log.";
  }
}

import { env } from "@/lib/env";
import { askedHowOften } from "@/lib/sources/polling-words";

type Facts = { providerId: string; provider: string; account: string; repository: string };

/** Why there is no hook, and what happens instead: one sentence for each reason that a provider gives. */
export function refusalSentence(
  reason: string,
  { providerId, provider, account, repository }: Facts,
): string {
  const polled = `so the console asks for new commits instead, ${askedHowOften(providerId)}`;
  switch (reason) {
    case "unreachable":
      return `${provider} cannot reach this console at ${new URL(env().CONSOLE_URL).host}, ${polled}.`;
    case "forbidden":
      return `${account} may not manage the webhooks of ${repository}, ${polled}.`;
    case "no_api":
      return `No API at ${provider} shows that it answers for ${repository}, ${polled}.`;
    case "limit":
      return `${repository} already has as many webhooks as ${provider} permits, ${polled}.`;
    case "manual":
      return `The console cannot register a webhook for ${repository} by itself, so it asks for new commits instead, ${askedHowOften(providerId)}.`;
    default:
      return `${provider} refused a webhook for ${repository}, ${polled}.`;
  }
}

/** Of a webhook that a person entered at the host. */
export const missedSentence = ({ providerId, repository }: Facts): string =>
  `A push to ${repository} was found by asking: no call had told of it, so the console also asks for new commits ${askedHowOften(providerId)}. Look at the webhook's own log at the host.`;

export const failingSentence = ({ providerId, provider }: Facts, status: number): string =>
  `${provider}'s last call to this console failed (${status || "no answer"}), so the console also asks for new commits ${askedHowOften(providerId)}.`;

import type { Role } from "@/db";
import { Secret } from "@/lib/secret";

type Invitation = { inviter: string; projectName: string; role: Role; url: Secret };

/** What an invited person reads. */
export function invitationMail({ inviter, projectName, role, url }: Invitation): {
  subject: string;
  body: Secret;
} {
  const lines = [
    `${inviter} invites you to ${projectName} on Skytells Console, as ${role}.`,
    "",
    `Accept it here: ${url.reveal()}`,
    "",
    "The link works once, within seven days, for this address alone. If you did not expect it, do nothing.",
  ];
  return { subject: `${inviter} invites you to ${projectName}`, body: new Secret(`${lines.join("\n")}\n`) };
}

import type { MailOutcome, Role } from "@/db/schema";

// What leaves the server about people. Neither a token nor its hash is in any type of this file.

export type { Role };

export type MemberView = { id: string; name: string; email: string; role: Role; since: Date };

/** An invitation that was not answered yet. */
export type InvitationView = {
  id: string;
  email: string;
  role: Role;
  invitedBy: string | null;
  invitedAt: Date;
  expiresAt: Date;
  isExpired: boolean;
  /** What became of its mail; null where none was to be sent. */
  mail: MailOutcome | "waiting" | null;
  /** Why it was not sent (yet), in a sentence. */
  mailProblem: string | null;
};

/** What an invitation's link is good for, told to whoever holds it. */
export type InvitationLink =
  | { state: "unknown" | "accepted" | "revoked" | "replaced" | "expired" | "withdrawn" }
  | {
      state: "open";
      projectId: string;
      projectName: string;
      invitedBy: string;
      role: Role;
      email: string;
      expiresAt: Date;
      /** What is left to do: make an account, sign in, change to the right account, accept, or nothing. */
      next: "create_account" | "sign_in" | "switch_account" | "accept" | "open_project";
    };

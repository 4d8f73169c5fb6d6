import type { MemberView } from "@/lib/members";

export type Role = MemberView["role"];

/** The roles, strongest first, with what each may do, in a line. */
export const ROLE_WORDS: { role: Role; label: string; may: string }[] = [
  { role: "owner", label: "Owner", may: "Everything, also deleting the project and making owners." },
  {
    role: "admin",
    label: "Admin",
    may: "Connect and re-authorize integrations, invite people, delete apps.",
  },
  { role: "member", label: "Member", may: "Create apps, deploy them and change their settings." },
  { role: "viewer", label: "Viewer", may: "See apps, deployments and logs." },
];

export const roleLabel = (role: Role): string =>
  ROLE_WORDS.find((known) => known.role === role)?.label ?? role;

"use server";

import { z } from "zod";
import { projectAction } from "@/lib/action";
import {
  changeRole as change,
  changeRoleSchema,
  type Invited,
  invitationSchema,
  inviteMember,
  inviteSchema,
  leaveProject,
  memberSchema,
  removeMember,
  resendInvitation,
  revokeInvitation,
} from "@/lib/members";

const after = {
  revalidate: (_: unknown, { projectId }: { projectId: string }) => [`/projects/${projectId}/members`],
};

export type ShownLink = { email: string; url: string; isMailed: boolean };

/** The link leaves the server here, once, to the person who invites. */
const shown = ({ email, url, isMailed }: Invited): ShownLink => ({ email, isMailed, url: url.reveal() });

export const invite = projectAction(
  inviteSchema,
  async (context, input) => shown(await inviteMember(context, input)),
  after,
);
export const resend = projectAction(
  invitationSchema,
  async (context, input) => shown(await resendInvitation(context, input)),
  after,
);
export const revoke = projectAction(invitationSchema, revokeInvitation, after);
export const changeRole = projectAction(changeRoleSchema, change, after);
export const remove = projectAction(memberSchema, removeMember, after);
export const leave = projectAction(z.object({}), leaveProject, { redirectTo: () => "/" });

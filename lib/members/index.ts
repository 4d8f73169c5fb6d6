export {
  acceptInvitation,
  acceptSchema,
  joinSchema,
  joinWithNewAccount,
} from "@/lib/members/accept-invitation";
export { changeRole } from "@/lib/members/change-role";
export { describeInvitation } from "@/lib/members/describe-invitation";
export { type Invited, inviteMember } from "@/lib/members/invite-member";
export { leaveProject } from "@/lib/members/leave-project";
export { listInvitations } from "@/lib/members/list-invitations";
export { listMembers } from "@/lib/members/list-members";
export { removeMember } from "@/lib/members/remove-member";
export { resendInvitation } from "@/lib/members/resend-invitation";
export { revokeInvitation } from "@/lib/members/revoke-invitation";
export { changeRoleSchema, invitationSchema, inviteSchema, memberSchema } from "@/lib/members/schemas";
export type { InvitationLink, InvitationView, MemberView } from "@/lib/members/views";

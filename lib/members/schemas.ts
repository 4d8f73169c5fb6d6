import { z } from "zod";

const ROLES = ["owner", "admin", "member", "viewer"] as const;
const role = z.enum(ROLES, "Choose a role.");
const id = z.string().max(40);

export const inviteSchema = z.object({
  email: z.string().trim().pipe(z.email("Write an address such as ada@example.com.").max(254)),
  role,
});
export const invitationSchema = z.object({ invitationId: id });
export const changeRoleSchema = z.object({ userId: id, role });
export const memberSchema = z.object({ userId: id });

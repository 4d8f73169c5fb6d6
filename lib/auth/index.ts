export type { Session } from "@/lib/access";
export {
  changePassword,
  hasPassword,
  passwordChangeSchema,
  profileSchema,
  updateProfile,
} from "@/lib/auth/account";
export { linkSignInSchema, passwordSignInSchema } from "@/lib/auth/check";
export { sessionCookieName } from "@/lib/auth/cookie";
export { currentSession, PATH_HEADER, requireSession, safeNext, signInPath } from "@/lib/auth/current";
export { authHandlers } from "@/lib/auth/handlers";
export { consumeLink, createLink, describeLink, type LinkPurpose } from "@/lib/auth/links";
export { hashPassword, passwordRule } from "@/lib/auth/passwords";
export { endSession, findSession, listSessions, revokeSession, type SessionView } from "@/lib/auth/sessions";
export { createFirstOwner, isSetUp, setupSchema } from "@/lib/auth/setup";
export { signInWithLink, signInWithPassword, signOutHere } from "@/lib/auth/sign-in";
export { callerAddress, requestAddress, stampClientAddress } from "@/lib/auth/visitor";

import { ROLES } from "@/db";
import { mayRole } from "@/lib/access";

/** Who can mend an integration, and is therefore told. */
export const TOLD_ROLES = ROLES.filter((role) => mayRole(role, "integration.manage"));

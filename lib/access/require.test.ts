import { describe, expect, test } from "vitest";
import { ROLES } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { may, mayRole, type Permission, requirePermission } from "@/lib/access";

/** The table of product.md, column by column: what each role may beyond the one to its right. */
const VIEWER: Permission[] = ["project.view"];
const MEMBER: Permission[] = [
  ...VIEWER,
  "project.details",
  "app.create",
  "app.deploy",
  "app.configure",
  "integration.use",
  "activity.own",
];
const ADMIN: Permission[] = [
  ...MEMBER,
  "app.delete",
  "app.restore",
  "integration.manage",
  "members.manage",
  "activity.all",
  "project.rename",
];
const OWNER: Permission[] = [
  ...ADMIN,
  "members.manage_owners",
  "project.delete",
  "project.transfer",
  "audit.export",
];
const MATRIX = { owner: OWNER, admin: ADMIN, member: MEMBER, viewer: VIEWER };

const as = (role: keyof typeof MATRIX) => ({ role }) as ProjectContext;

describe.each(ROLES)("%s", (role) => {
  test.each(OWNER)("may or may not %s as the policy says", (permission) => {
    const expected = MATRIX[role].includes(permission);
    expect(mayRole(role, permission)).toBe(expected);
    expect(may(as(role), permission).allowed).toBe(expected);
    const attempt = () => requirePermission(as(role), permission);
    if (expected) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(/^Only an owner.* may do this\.$/);
  });
});

test("a refusal names who may", () => {
  expect(may(as("viewer"), "app.deploy")).toEqual({
    allowed: false,
    reason: "Only an owner, admin or member may do this.",
  });
  expect(may(as("admin"), "project.delete")).toEqual({
    allowed: false,
    reason: "Only an owner may do this.",
  });
});

import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import { findAccount, requireAccount, requireUser } from "@/e2e/forge/state/find";
import type { Account } from "@/e2e/forge/state/model";
import type { ForgeAdmin } from "./admin";

type Accounts = Pick<ForgeAdmin, "createUser" | "createOrg" | "addMember" | "removeMember" | "suspendUser">;

export function accountsAdmin(host: Host): Accounts {
  const { state, save } = host.store;
  return {
    async createUser({ login, name, email, password }) {
      const account = addAccount(host, "User", login, name, email ?? `${login.toLowerCase()}@forge.example`);
      // The login itself is a public word; only a password that was chosen is a secret.
      account.password = password === undefined ? login : host.store.remember("password", password);
      save();
      return account;
    },
    async createOrg({ login, name, admins }) {
      const account = addAccount(host, "Organization", login, name, `${login.toLowerCase()}@forge.example`);
      for (const admin of admins ?? []) join(host, account, requireUser(state, admin), "admin");
      save();
      return account;
    },
    async addMember(org, login, role = "admin") {
      join(host, requireAccount(state, org), requireUser(state, login), role);
      save();
    },
    async removeMember(org, login) {
      const organizationId = requireAccount(state, org).id;
      const userId = requireUser(state, login).id;
      state.memberships = state.memberships.filter(
        (one) => one.organizationId !== organizationId || one.userId !== userId,
      );
      save();
    },
    async suspendUser(login, suspended = true) {
      requireUser(state, login).suspended = suspended;
      save();
    },
  };
}

function addAccount(
  host: Host,
  kind: Account["kind"],
  login: string,
  name: string | undefined,
  email: string,
): Account {
  if (!/^[a-z0-9](?:-?[a-z0-9]){0,38}$/i.test(login ?? "")) {
    throw new Error(`"${login}" is not a login: letters, digits and single hyphens, at most 39 characters.`);
  }
  if (findAccount(host.store.state, login)) throw new Error(`The login "${login}" is taken.`);
  const account: Account = {
    id: host.store.id(),
    kind,
    login,
    name: name ?? login,
    email,
    password: null,
    suspended: false,
    createdAt: timestamp(),
  };
  host.store.state.accounts.push(account);
  return account;
}

function join(host: Host, organization: Account, user: Account, role: "admin" | "member"): void {
  if (organization.kind !== "Organization")
    throw new Error(`"${organization.login}" is not an organization.`);
  const { memberships } = host.store.state;
  const known = memberships.find((one) => one.organizationId === organization.id && one.userId === user.id);
  if (known) known.role = role;
  else memberships.push({ organizationId: organization.id, userId: user.id, role });
}

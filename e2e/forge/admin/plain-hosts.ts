import type { Host } from "@/e2e/forge/host";
import { keepHook } from "@/e2e/forge/plain/hooks";
import { clonePath } from "@/e2e/forge/plain/kinds";
import { fullName, requireRepository, requireUser } from "@/e2e/forge/state/find";
import type { PlainHook, PlainToken } from "@/e2e/forge/state/model";
import { randomText } from "@/e2e/forge/state/random";
import type { ForgeAdmin } from "./admin";

type PlainHosts = Pick<
  ForgeAdmin,
  | "issueHostToken"
  | "revokeHostToken"
  | "expireHostToken"
  | "hostCloneUrl"
  | "hostHooks"
  | "addHostHook"
  | "setHostHook"
  | "deleteHostHook"
>;

const PREFIXES = { gitlab: "glpat-", gitea: "", bitbucket: "BBDC-" } as const;
const EVENTS = {
  gitlab: ["push", "tag_push"],
  gitea: ["push", "create", "delete"],
  bitbucket: ["repo:refs_changed"],
} as const;

export function plainHostsAdmin(host: Host): PlainHosts {
  const { state, save, remember } = host.store;
  return {
    async issueHostToken({ kind, login, user, scopes, repository, expiresInSeconds, token }) {
      const issued: PlainToken = {
        id: host.store.id(),
        kind,
        token: remember("personal_token", token ?? `${PREFIXES[kind]}${randomText(24)}`),
        userId: requireUser(state, login).id,
        user: user ?? null,
        scopes: scopes ?? ["read_repository", "write_repository", "api"],
        repositoryId: repository === undefined ? null : requireRepository(state, repository).id,
        expiresAt: expiresInSeconds === undefined ? null : Date.now() + expiresInSeconds * 1000,
        revokedAt: null,
      };
      state.plainTokens.push(issued);
      save();
      return issued;
    },
    async revokeHostToken(token) {
      requireToken(host, token).revokedAt = Date.now();
      save();
    },
    async expireHostToken(token, seconds) {
      requireToken(host, token).expiresAt = Date.now() + seconds * 1000;
      save();
    },
    async hostCloneUrl(kind, name) {
      const origin = host.urls.plain[kind];
      if (!origin) throw new Error(`The ${kind} host was not started.`);
      return `${origin}${clonePath(kind, fullName(state, requireRepository(state, name)))}`;
    },
    hostHooks: async (kind, name) => {
      const { id } = requireRepository(state, name);
      return state.plainHooks.filter((one) => one.kind === kind && one.repositoryId === id);
    },
    async addHostHook(kind, name, { url, secret, signingToken, events }) {
      const hook = keepHook(host, {
        kind,
        repositoryId: requireRepository(state, name).id,
        url,
        secret,
        signingToken: signingToken ?? null,
        active: true,
        events: events ?? [...EVENTS[kind]],
      });
      if (signingToken) remember("hook_secret", signingToken);
      return hook;
    },
    async setHostHook(id, change) {
      Object.assign(requireHook(host, id), change);
      save();
    },
    async deleteHostHook(id) {
      const hook = requireHook(host, id);
      state.plainHooks = state.plainHooks.filter((one) => one !== hook);
      save();
    },
  };
}

function requireToken(host: Host, token: string): PlainToken {
  const found = host.store.state.plainTokens.find((one) => one.token === token);
  if (!found) throw new Error("There is no such token at a plain host.");
  return found;
}

function requireHook(host: Host, id: number): PlainHook {
  const found = host.store.state.plainHooks.find((one) => one.id === id);
  if (!found) throw new Error(`There is no hook ${id} at a plain host.`);
  return found;
}

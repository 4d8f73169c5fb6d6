import { directoryOf, removeBare, writeHead } from "@/e2e/forge/git/storage";
import { eventContext } from "@/e2e/forge/hooks/common";
import { sendToHooks } from "@/e2e/forge/hooks/parcels";
import type { Host } from "@/e2e/forge/host";
import { simpleUser } from "@/e2e/forge/present/account";
import { timestamp } from "@/e2e/forge/state/clock";
import {
  accountById,
  findRepository,
  fullName,
  requireAccount,
  requireRepository,
  requireUser,
} from "@/e2e/forge/state/find";
import type { Repository } from "@/e2e/forge/state/model";
import { actorFor } from "./actor";
import type { ForgeAdmin } from "./admin";
import { createRepository, repositoryInfo } from "./create-repository";

type Repositories = Pick<
  ForgeAdmin,
  | "createRepository"
  | "repository"
  | "repositories"
  | "addCollaborator"
  | "removeCollaborator"
  | "renameRepository"
  | "transferRepository"
  | "deleteRepository"
  | "setVisibility"
  | "setArchived"
  | "setDefaultBranch"
>;

export function repositoriesAdmin(host: Host): Repositories {
  const { state, save } = host.store;
  const find = (name: string) => requireRepository(state, name);
  return {
    createRepository: (order) => createRepository(host, order),
    repository: async (name) => repositoryInfo(host, find(name)),
    repositories: async () => state.repositories.map((one) => fullName(state, one)),
    async addCollaborator(name, login, permission = "write") {
      const repository = find(name);
      const userId = requireUser(state, login).id;
      repository.collaborators = repository.collaborators.filter((one) => one.userId !== userId);
      repository.collaborators.push({ userId, permission });
      save();
    },
    async removeCollaborator(name, login) {
      const repository = find(name);
      const userId = requireUser(state, login).id;
      repository.collaborators = repository.collaborators.filter((one) => one.userId !== userId);
      save();
    },
    renameRepository: async (name, next) => rename(host, find(name), next),
    transferRepository: async (name, owner) => transfer(host, find(name), owner),
    deleteRepository: async (name) => remove(host, find(name)),
    setVisibility: async (name, visibility) => setVisibility(host, find(name), visibility === "private"),
    async setArchived(name, archived) {
      const repository = find(name);
      repository.archived = archived;
      announce(host, repository, archived ? "archived" : "unarchived");
      save();
    },
    async setDefaultBranch(name, branch) {
      const repository = find(name);
      repository.defaultBranch = branch;
      writeHead(directoryOf(host, repository), branch);
      save();
    },
  };
}

function announce(
  host: Host,
  repository: Repository,
  action: string,
  extra: Record<string, unknown> = {},
): void {
  const context = eventContext(host, repository, actorFor(host, repository));
  sendToHooks(host, repository, "repository", { action, ...extra, ...context }, action);
}

async function rename(host: Host, repository: Repository, name: string) {
  checkFree(host, repository, accountById(host.store.state, repository.ownerId).login, name);
  const before = repository.name;
  leaveRedirect(host, repository);
  repository.name = name;
  repository.updatedAt = timestamp();
  host.store.save();
  announce(host, repository, "renamed", { changes: { repository: { name: { from: before } } } });
  return repositoryInfo(host, repository);
}

async function transfer(host: Host, repository: Repository, login: string) {
  const { state } = host.store;
  const next = requireAccount(state, login);
  const before = accountById(state, repository.ownerId);
  checkFree(host, repository, next.login, repository.name);
  leaveRedirect(host, repository);
  repository.ownerId = next.id;
  repository.updatedAt = timestamp();
  host.store.save();
  const kind = before.kind === "User" ? "user" : "organization";
  announce(host, repository, "transferred", {
    changes: { owner: { from: { [kind]: simpleUser(host.urls, before) } } },
  });
  return repositoryInfo(host, repository);
}

function remove(host: Host, repository: Repository): void {
  const { state } = host.store;
  announce(host, repository, "deleted");
  state.repositories = state.repositories.filter((one) => one.id !== repository.id);
  state.redirects = state.redirects.filter((one) => one.repositoryId !== repository.id);
  state.hooks = state.hooks.filter((one) => one.repositoryId !== repository.id);
  state.plainHooks = state.plainHooks.filter((one) => one.repositoryId !== repository.id);
  state.pullRequests = state.pullRequests.filter((one) => one.repositoryId !== repository.id);
  host.store.save();
  removeBare(directoryOf(host, repository));
}

function setVisibility(host: Host, repository: Repository, isPrivate: boolean): void {
  if (repository.private === isPrivate) return;
  repository.private = isPrivate;
  repository.updatedAt = timestamp();
  host.store.save();
  announce(host, repository, isPrivate ? "privatized" : "publicized");
  if (!isPrivate)
    sendToHooks(host, repository, "public", eventContext(host, repository, actorFor(host, repository)));
}

/** The old name leads to the repository from now on, until another one takes it. */
function leaveRedirect(host: Host, repository: Repository): void {
  const { state } = host.store;
  const old = fullName(state, repository).toLowerCase();
  state.redirects = state.redirects.filter((one) => one.fullName !== old);
  state.redirects.push({ fullName: old, repositoryId: repository.id });
}

function checkFree(host: Host, repository: Repository, owner: string, name: string): void {
  const taken = findRepository(host.store.state, owner, name);
  if (taken && taken.id !== repository.id) throw new Error(`${owner}/${name} exists already.`);
}

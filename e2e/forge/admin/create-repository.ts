import type { Files } from "@/e2e/forge/git/content";
import { readBranches } from "@/e2e/forge/git/refs";
import { createBare, directoryOf } from "@/e2e/forge/git/storage";
import { commitFiles } from "@/e2e/forge/git/write";
import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import { findRepository, fullName, requireAccount } from "@/e2e/forge/state/find";
import type { Repository } from "@/e2e/forge/state/model";
import { actorFor } from "./actor";
import type { NewRepository, RepositoryInfo } from "./admin";
import { readDirectory } from "./read-directory";

export async function createRepository(host: Host, order: NewRepository): Promise<RepositoryInfo> {
  const repository = addRepository(host, order);
  if (!order.empty) {
    const { name, email } = actorFor(host, repository);
    const message = order.message ?? "Begin";
    const files = order.fromDirectory ? readDirectory(order.fromDirectory) : (order.files ?? readme(order));
    await commitFiles(host, repository, repository.defaultBranch, files, {
      message,
      author: { name, email },
    });
  }
  repository.archived = order.archived ?? false;
  host.store.save();
  return repositoryInfo(host, repository);
}

/** The record and the empty bare repository, without any commit and not yet saved. */
export function addRepository(host: Host, order: NewRepository, at: string = timestamp()): Repository {
  const owner = requireAccount(host.store.state, order.owner);
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(order.name ?? "") || /^\.{1,2}$|\.git$/.test(order.name)) {
    throw new Error(
      `"${order.name}" is not a repository name: letters, digits, ".", "_" and "-", at most 100.`,
    );
  }
  if (findRepository(host.store.state, order.owner, order.name)) {
    throw new Error(`${order.owner}/${order.name} exists already.`);
  }
  const repository: Repository = {
    id: host.store.id(),
    ownerId: owner.id,
    name: order.name,
    description: order.description ?? "",
    private: order.private ?? false,
    archived: order.archived ?? false,
    fork: order.fork ?? false,
    defaultBranch: order.branch ?? "main",
    collaborators: [],
    nextNumber: 1,
    createdAt: at,
    updatedAt: at,
    pushedAt: at,
  };
  createBare(directoryOf(host, repository), repository.defaultBranch);
  const taken = fullNameKey(order);
  host.store.state.redirects = host.store.state.redirects.filter((one) => one.fullName !== taken);
  host.store.state.repositories.push(repository);
  return repository;
}

export async function repositoryInfo(host: Host, repository: Repository): Promise<RepositoryInfo> {
  const name = fullName(host.store.state, repository);
  const branches = await readBranches(host, repository);
  return {
    id: repository.id,
    fullName: name,
    cloneUrl: `${host.urls.web}/${name}.git`,
    private: repository.private,
    archived: repository.archived,
    defaultBranch: repository.defaultBranch,
    branches: Object.fromEntries(branches.map((branch) => [branch.name, branch.sha])),
  };
}

function fullNameKey(order: NewRepository): string {
  return `${order.owner}/${order.name}`.toLowerCase();
}

function readme(order: NewRepository): Files {
  return { "README.md": `# ${order.name}\n\n${order.description ?? ""}\n` };
}

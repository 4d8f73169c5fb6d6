import type { Account, Client, PullRequest, Repository, State } from "./model";

/** Look-ups that answer undefined, and their `require…` twins that throw in words. Names are case-insensitive. */

export function findAccount(state: State, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  return state.accounts.find((account) => account.login.toLowerCase() === wanted);
}

export function requireAccount(state: State, login: string): Account {
  const account = findAccount(state, login);
  if (!account) throw new Error(`There is no account "${login}" on this forge.`);
  return account;
}

export function requireUser(state: State, login: string): Account {
  const account = requireAccount(state, login);
  if (account.kind !== "User") throw new Error(`"${login}" is an organization; a user is needed.`);
  return account;
}

export function accountById(state: State, id: number): Account {
  const account = state.accounts.find((one) => one.id === id);
  if (!account) throw new Error(`There is no account with the id ${id}.`);
  return account;
}

export function fullName(state: State, repository: Repository): string {
  return `${accountById(state, repository.ownerId).login}/${repository.name}`;
}

/** The repository that has this name now; old names are in `findRenamed`. */
export function findRepository(state: State, owner: string, name: string): Repository | undefined {
  const account = findAccount(state, owner);
  if (!account) return undefined;
  const wanted = name.toLowerCase();
  return state.repositories.find((one) => one.ownerId === account.id && one.name.toLowerCase() === wanted);
}

export function findRenamed(state: State, owner: string, name: string): Repository | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  const redirect = state.redirects.findLast((one) => one.fullName === wanted);
  return redirect && state.repositories.find((one) => one.id === redirect.repositoryId);
}

export function requireRepository(state: State, wanted: string): Repository {
  const [owner = "", name = ""] = wanted.split("/");
  const repository = findRepository(state, owner, name) ?? findRenamed(state, owner, name);
  if (!repository)
    throw new Error(`There is no repository "${wanted}" on this forge (write it as owner/name).`);
  return repository;
}

export function repositoryById(state: State, id: number): Repository | undefined {
  return state.repositories.find((one) => one.id === id);
}

export function findClient(state: State, clientId: string): Client | undefined {
  return state.clients.find((client) => client.clientId === clientId);
}

export function requireClient(state: State, clientId: string): Client {
  const client = findClient(state, clientId);
  if (!client) throw new Error(`There is no OAuth client "${clientId}" on this forge.`);
  return client;
}

export function requirePullRequest(state: State, repository: Repository, number: number): PullRequest {
  const found = state.pullRequests.find((one) => one.repositoryId === repository.id && one.number === number);
  if (!found) throw new Error(`${repository.name} has no pull request ${number}.`);
  return found;
}

import type { Host } from "@/e2e/forge/host";
import { simpleOrganization, simpleUser } from "@/e2e/forge/present/account";
import { eventRepository } from "@/e2e/forge/present/repository";
import { accountById } from "@/e2e/forge/state/find";
import type { Account, Repository } from "@/e2e/forge/state/model";

/** What every event of a repository ends with: the repository, its organization, who did it. */
export function eventContext(host: Host, repository: Repository, sender: Account, inPush = false) {
  const owner = accountById(host.store.state, repository.ownerId);
  return {
    repository: eventRepository(host.urls, host.store.state, repository, inPush),
    ...(owner.kind === "Organization" ? { organization: simpleOrganization(host.urls, owner) } : {}),
    sender: simpleUser(host.urls, sender),
  };
}

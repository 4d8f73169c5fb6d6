import type { Host } from "@/e2e/forge/host";
import { accountsAdmin } from "./accounts";
import type { ForgeAdmin } from "./admin";
import { clientsAdmin } from "./clients";
import { inspectionAdmin } from "./inspection";
import { plainHostsAdmin } from "./plain-hosts";
import { pullRequestsAdmin } from "./pull-requests";
import { pushesAdmin } from "./pushes";
import { repositoriesAdmin } from "./repositories";
import { tokensAdmin } from "./tokens";

export function makeAdmin(host: Host): ForgeAdmin {
  return {
    ...accountsAdmin(host),
    ...repositoriesAdmin(host),
    ...pushesAdmin(host),
    ...pullRequestsAdmin(host),
    ...clientsAdmin(host),
    ...tokensAdmin(host),
    ...inspectionAdmin(host),
    ...plainHostsAdmin(host),
  };
}

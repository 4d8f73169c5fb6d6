import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ForgeAdmin } from "@/e2e/forge/admin/admin";
import type { Host } from "@/e2e/forge/host";
import { publish } from "@/e2e/forge/registry/packages";
import { helloStatic } from "./hello-static";
import { history, type SampleRepository } from "./history";
import { monorepo } from "./monorepo";
import { tideHtml } from "./packages";
import { privateNotes } from "./private-notes";
import { seedSmallRepositories } from "./small-repositories";
import { storefront } from "./storefront";

/** What `npm run demo` prints (scripts/demo/block.mjs): octocat's token at the host like GitLab. */
const TOKEN = "glpat-octocat-of-the-demo";

/** Also for what an older release seeded. */
export async function seedTokens(host: Host, admin: ForgeAdmin): Promise<void> {
  if (host.store.state.plainTokens.some(({ token }) => token === TOKEN)) return;
  await admin.issueHostToken({ kind: "gitlab", login: "octocat", token: TOKEN });
}

/** Two people, two organizations, four repositories worth deploying and many more to page through. */
export async function seedDemo(host: Host, admin: ForgeAdmin): Promise<void> {
  // What an interrupted first start may have left: the ids begin again.
  rmSync(join(host.dataDir, "repositories"), { recursive: true, force: true });
  await admin.createUser({ login: "octocat", name: "The Octocat", email: "octocat@forge.example" });
  await admin.createUser({ login: "mona", name: "Mona Lisa", email: "mona@forge.example" });
  await admin.createOrg({ login: "tidepool", name: "Tidepool Goods", admins: ["octocat", "mona"] });
  await admin.createOrg({ login: "lighthouse", name: "Lighthouse Society", admins: ["octocat"] });
  await admin.addMember("lighthouse", "mona", "member");

  seedSmallRepositories(host);
  const dependency = publish(host.dataDir, tideHtml);
  const samples: SampleRepository[] = [privateNotes, monorepo, storefront(dependency.integrity), helloStatic];
  for (const sample of samples) await history(host, admin, sample);
}

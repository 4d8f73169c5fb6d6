import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll } from "vitest";
import {
  authorize,
  type ContractHost,
  describeSourceProvider,
  type OAuthHost,
  type RecordedDelivery,
} from "@/lib/providers/contract";
import { github } from "@/lib/providers/github";
import { Secret } from "@/lib/secret";
import { consent, useForge } from "@/lib/testing/forge";

const { forge } = useForge();
const folder = join(import.meta.dirname, "fixtures");
const redirectUri = "http://localhost:3000/api/integrations/pin_test/callback";
let host: ContractHost;
let oauth: OAuthHost;

const deliveries = readdirSync(folder).map((file): RecordedDelivery => {
  const { event, body, expected } = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const headers = ["X-GitHub-Event", event, "X-GitHub-Delivery", `72d3162e-cc78-11e3-81ab-${file.length}`];
  return { name: file, event, headers, body, expected };
});

beforeAll(async () => {
  const { admin, url, apiUrl } = forge();
  await admin.createUser({ login: "octocat" });
  const client = await admin.registerClient({ callback: redirectUri });
  oauth = {
    instance: {
      id: "pin_test",
      provider: "github",
      origin: url,
      apiUrl,
      clientType: "oauth_app",
      clientId: client.clientId,
    },
    clientSecret: new Secret(client.clientSecret),
    redirectUri,
    consent: async (to) => (await consent(to.href, { login: "octocat" })).get("code") ?? "",
  };
  host = {
    grant: () => authorize(github.authorization, oauth),
    down: async () => ({
      grant: {
        instance: { ...oauth.instance, apiUrl: "http://127.0.0.1:9/api" },
        token: new Secret("any"),
      },
      externalId: "1",
    }),
    async addRepository(name) {
      const { id, fullName, branches } = await admin.createRepository({ owner: "octocat", name });
      return { externalId: String(id), fullName, head: branches.main ?? "" };
    },
    rename: async (fullName, name) => void (await admin.renameRepository(fullName, name)),
    remove: (fullName) => admin.deleteRepository(fullName),
    push: (fullName, branch) => admin.commitFiles(fullName, branch, { "page.html": `${Math.random()}` }),
    registeredHooks: async (fullName) =>
      (await admin.hooks(fullName)).map((hook) => ({ address: hook.url, secret: hook.secret })),
  };
});

describeSourceProvider({
  provider: github,
  host: () => host,
  oauth: () => oauth,
  hasHooks: true,
  webhooks: [
    {
      hostKind: null,
      deliveries,
      sign: (body, secret) => [
        "X-Hub-Signature-256",
        `sha256=${createHmac("sha256", secret.reveal()).update(body).digest("hex")}`,
      ],
      otherEvent: (event) => (event === "push" ? "ping" : "push"),
    },
  ],
});

/**
 * The modules of lib in order: each may import those before it. A new module gets its place here, so that the direction
 * in which things depend on each other is decided and not found out.
 */
export const ORDER = [
  ...[
    "client-address",
    "env",
    "errors",
    "secret",
    "origin",
    "input",
    "branch-name",
    "redact",
    "log",
    "egress",
  ],
  ...["access", "vault", "audit", "events", "auth", "mail", "providers", "deployments"],
  ...[
    "instances",
    "credentials",
    "sources",
    "pushes",
    "integrations",
    "webhooks",
    "projects",
    "apps",
    "members",
    "notifications",
  ],
  ...["action", "route"],
];

/** Modules that get less than everything before them. */
export const NARROWER = {
  egress: ["env", "errors", "secret", "log"],
  providers: [
    "client-address",
    "env",
    "errors",
    "secret",
    "origin",
    "branch-name",
    "redact",
    "log",
    "egress",
  ],
};

/** Modules of lib that may not speak to the database. */
export const WITHOUT_DATABASE = [
  "errors",
  "secret",
  "origin",
  "input",
  "branch-name",
  "redact",
  "log",
  "egress",
  "providers",
  "env",
];

/** Parts of a module that a browser may load: plain data and words, nothing that reaches a server. */
export const FOR_BROWSERS = ["views", "schema", "schemas", "words", "sentences", "status", "roles", "input"];

/** Doors of a module whose index needs Next, for processes that run outside of it. */
export const SIDE_DOORS = ["lib/auth/links", "lib/auth/setup", "lib/auth/users"];

/** The one file that opens each kind of secret. */
export const OPENERS = [
  "lib/credentials/open-token.ts",
  "lib/mail/mail-body.ts",
  "lib/sources/hook-secret.ts",
  "lib/instances/client-secret.ts",
  "lib/instances/webhook-secret.ts",
  "lib/credentials/cleanup-token.ts",
  "lib/integrations/authorization/grant-token.ts",
];

/** Who may start processes and open outgoing connections. */
export const SOCKETS = ["lib/egress/", "worker/exec.ts", "worker/forwarder.ts", "db/", "server/", "sites/"];

export const KNOWS_NEXT = [
  "app/",
  "components/",
  "lib/auth/",
  "lib/action.ts",
  "lib/route.ts",
  "server/index.ts",
  "proxy.ts",
];

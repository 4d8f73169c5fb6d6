import { fork } from "node:child_process";
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { fileURLToPath, pathToFileURL } from "node:url";
import pg from "pg";

const FILE = fileURLToPath(import.meta.url);
const TABLES = ["deliveries", "heads", "pushes", "apps", "deployments", "verdicts"];
const CONNECTIONS = 12;

/** Tables like the console's (columns, indexes and checks; no foreign keys) in a schema of their own, with one app for each lane. */
export async function prepareBareTables(database, apps) {
  await database.query("create schema if not exists bench");
  for (const table of TABLES) {
    await database.query(`create table bench.${table} (like public.${table} including all)`);
  }
  const ids = apps.map(({ id }) => id);
  await database.query("insert into bench.apps select * from public.apps where id = any($1)", [ids]);
  await database.query(
    "insert into bench.heads select * from public.heads where repository_id = any($1) and ref = 'refs/heads/main'",
    [apps.map(({ repositoryId }) => repositoryId)],
  );
}

/** The bare server in a process of its own. @returns {Promise<{ url: string, stop: () => void }>} */
export async function startBareIntake(databaseUrl, secret) {
  const env = {
    ...process.env,
    BENCH_DATABASE_URL: databaseUrl,
    BENCH_SECRET: secret,
    NODE_ENV: "production",
  };
  const child = fork(FILE, [], { env });
  process.once("exit", () => child.kill());
  const port = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`The bare server ended with ${code}.`)));
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

const SQL = {
  app: `select a.id, a.project_id, s.repository_id, s.integration_id, s.branch, r.full_name
    from public.hooks h join public.repositories r on r.id = h.repository_id
    join public.sources s on s.repository_id = r.id join public.apps a on a.id = s.app_id where h.id = $1`,
  delivery: `insert into bench.deliveries (id, project_id, repository_id, hook_id, delivery_id, event, body_hash, facts, outcome)
    values ($1, $2, $3, $4, $5, 'push', $6, $7, 'push') on conflict (hook_id, delivery_id) do nothing`,
  head: "select commit, seq from bench.heads where repository_id = $1 and ref = $2 for update",
  move: `with moved as (update bench.heads set commit = $6, seq = seq + 1, updated_at = now()
      where repository_id = $3 and ref = $4 returning seq)
    insert into bench.pushes (id, project_id, repository_id, ref, seq, kind, before, commit, learned_from)
    select $1, $2, $3, $4, seq, 'updated', $5, $6, 'delivery' from moved`,
  number: `update bench.apps set last_deployment_number = last_deployment_number + 1 where id = $1
    returning last_deployment_number as number`,
  deployment: `with superseded as (update bench.deployments set status = 'cancelled', finished_at = now(), run_at = null
      where app_id = $3 and status = 'queued')
    insert into bench.deployments (id, project_id, app_id, number, kind, trigger, push_id, repository_id, repository_name,
      integration_id, ref, commit, plan, run_at)
    values ($1, $2, $3, $4, 'production', 'push', $5, $6, $7, $8, $9, $10, '{}', now())`,
  verdict: `insert into bench.verdicts (id, project_id, app_id, push_id, verdict, deployment_id, decided_at)
    values ($1, $2, $3, $4, 'deploy', $5, now())`,
  notify: "select pg_notify('bench', $1), pg_notify('bench_due', 'due')",
};

const newId = () => randomBytes(12).toString("hex");

async function serve({ BENCH_DATABASE_URL, BENCH_SECRET }) {
  const pool = new pg.Pool({ connectionString: BENCH_DATABASE_URL, max: CONNECTIONS });
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const status = await intake(pool, BENCH_SECRET, request, Buffer.concat(chunks)).catch(() => 500);
    response.writeHead(status, { "content-length": 0 }).end();
  });
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.once("disconnect", () => process.exit(0));
}

async function intake(pool, secret, { url, headers }, body) {
  const expected = createHmac("sha256", secret).update(body).digest("hex");
  const given = Buffer.from(headers["x-hub-signature-256"].slice("sha256=".length));
  if (!timingSafeEqual(given, Buffer.from(expected))) return 401;
  const push = JSON.parse(body.toString());
  const hook = url.split("/").at(-1);
  const call = {
    hook,
    delivery: headers["x-github-delivery"],
    hash: createHash("sha256").update(body).digest("hex"),
  };
  const client = await pool.connect();
  const run = (name, ...values) => client.query({ name, text: SQL[name], values });
  try {
    await client.query("begin");
    const status = await store(run, call, push);
    await client.query("commit");
    return status;
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

async function store(run, { hook, delivery, hash }, { ref, before, after }) {
  const [app] = (await run("app", hook)).rows;
  const place = [app.project_id, app.repository_id];
  await run("delivery", newId(), ...place, hook, delivery, hash, JSON.stringify({ ref, before, after }));
  const [head] = (await run("head", app.repository_id, ref)).rows;
  if (head.commit !== before) return 409;
  const [push, deployment] = [newId(), newId()];
  await run("move", push, ...place, ref, before, after);
  const { number } = (await run("number", app.id)).rows[0];
  const source = [app.repository_id, app.full_name, app.integration_id, ref, after];
  await run("deployment", deployment, app.project_id, app.id, number, push, ...source);
  await run("verdict", newId(), app.project_id, app.id, push, deployment);
  await run("notify", JSON.stringify({ kind: "deployment", app: app.id, deployment }));
  return 202;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await serve(process.env);

import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { IssuedSecret } from "@/e2e/forge/state/model";
import { dumpDatabase } from "./database";
import type { Evidence } from "./evidence";
import { readFiles } from "./files";
import { type ProcessWatch, watchProcesses } from "./processes";
import { type Recorder, startRecorder } from "./recorder";
import { findLeaks, refuseLeaks } from "./scan";
import { RunSecrets } from "./secrets";

type Options = { webPort: number; dataDir: string };
type Printed = { what: string; chunks: Buffer[] };

/** The watch over one console, from before its first start: what it answers, what it prints, what its processes show. */
export class Leaks {
  readonly url: string;
  private readonly printed: Printed[] = [];

  private constructor(
    readonly secrets: RunSecrets,
    private readonly dataDir: string,
    private readonly recorder: Recorder,
    private readonly processes: ProcessWatch,
  ) {
    this.url = `http://localhost:${recorder.port}`;
  }

  static async watch({ webPort, dataDir }: Options): Promise<Leaks> {
    const secrets = new RunSecrets();
    return new Leaks(secrets, dataDir, await startRecorder({ to: webPort, secrets }), watchProcesses());
  }

  /** Keeps what a process prints, and looks at it and all that it starts. */
  follow(child: ChildProcess): void {
    const printed: Printed = { what: child.spawnargs.slice(1).join(" "), chunks: [] };
    this.printed.push(printed);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer | string) => printed.chunks.push(Buffer.from(chunk as string)));
    }
    this.processes.follow(child.pid);
  }

  /** Call when the console has ended. Throws with every secret of the run that is found where it does not belong. */
  async refuse(issued: readonly IssuedSecret[]): Promise<void> {
    this.secrets.addIssued(issued);
    this.addMasterKeys();
    refuseLeaks(findLeaks(this.secrets.all(), this.evidence(await this.dump())));
  }

  async end(): Promise<void> {
    this.processes.stop();
    await this.recorder.close();
  }

  private *evidence(dump: Evidence[]): Generator<Evidence> {
    yield* dump;
    yield* readFiles(this.dataDir);
    for (const { what, chunks } of this.printed) {
      yield { place: "log", where: `printed by ${what}`, bytes: Buffer.concat(chunks) };
    }
    yield* this.recorder.responses();
    yield* this.processes.seen();
  }

  /** The console may have been killed: its database is started once more, alone, for the dump. */
  private async dump(): Promise<Evidence[]> {
    if (!existsSync(join(this.dataDir, "postgres", "cluster"))) return [];
    const { startPostgres } = await import("@/scripts/postgres.mjs");
    const server = await startPostgres({ dataDir: this.dataDir, isDurable: false });
    try {
      return await dumpDatabase(server.url);
    } finally {
      await server.stop();
    }
  }

  private addMasterKeys(): void {
    if (!existsSync(this.dataDir)) return;
    for (const name of readdirSync(this.dataDir).filter((each) => each.startsWith("master.key"))) {
      this.secrets.addMasterKey("master.key", readFileSync(join(this.dataDir, name), "utf8"));
    }
  }
}

import { spawn } from "node:child_process";
import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** The least that git can do: one clone, and for each commit a fetch, a checkout, a copy and the switch of a symlink. */
export class RawGit {
  #made = 0;

  constructor(
    folder,
    cloneUrl,
    /** Run with the site as its folder, after the copy. */
    command = undefined,
  ) {
    this.folder = folder;
    this.cloneUrl = cloneUrl;
    this.command = command;
    mkdirSync(folder, { recursive: true });
  }

  /** @returns {Promise<number>} milliseconds from nothing to live */
  async clone(name = "clone") {
    const startedAt = performance.now();
    await this.#run("git", ["clone", "-q", "--depth", "1", this.cloneUrl, name]);
    await this.#publish(name);
    return performance.now() - startedAt;
  }

  /** @returns {Promise<number>} milliseconds from a clone that is there to the branch's new head being live */
  async update() {
    const clone = join(this.folder, "clone");
    const startedAt = performance.now();
    await this.#run("git", ["fetch", "-q", "--depth", "1", "origin", "main"], clone);
    await this.#run("git", ["checkout", "-q", "-f", "FETCH_HEAD"], clone);
    await this.#publish("clone");
    return performance.now() - startedAt;
  }

  async #publish(from) {
    this.#made += 1;
    const site = `site-${this.#made}`;
    await this.#run("cp", ["-r", from, site]);
    if (this.command) await this.#run("sh", ["-c", this.command], join(this.folder, site));
    symlinkSync(site, join(this.folder, "next"));
    renameSync(join(this.folder, "next"), join(this.folder, "live"));
  }

  #run(program, args, cwd = this.folder) {
    const child = spawn(program, args, { cwd, stdio: "ignore" });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code) =>
        code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}.`)),
      );
    });
  }
}

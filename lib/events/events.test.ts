import { describe, expect, test } from "vitest";
import { db } from "@/db";
import { announce, eventStream, type Heard, openStreams, parseEvent, subscribe } from "@/lib/events";
import { useTestDatabase } from "@/lib/testing/database";

useTestDatabase();

const WAIT = { timeout: 10_000 };

/** Announces until it is heard: the shared connection needs a moment to listen. A project of its own, since some may be late. */
async function listening(): Promise<void> {
  const projectId = "prj_nobody_else_listens_to";
  const heard: Heard[] = [];
  const stop = subscribe(projectId, (event) => heard.push(event));
  await expect
    .poll(async () => {
      await announce(db(), { kind: "app", project: projectId });
      return heard.length;
    }, WAIT)
    .toBeGreaterThan(0);
  stop();
}

class Tab {
  text = "";
  isEnded = false;
  readonly gone = new AbortController();

  constructor(projectId: string, options: { isAllowed?: () => Promise<boolean>; recheckMs?: number } = {}) {
    const { isAllowed = async () => true, recheckMs = 60_000 } = options;
    void this.read(
      eventStream({ projectId, isAllowed, signal: this.gone.signal, recheckMs, keepAliveMs: 50 }),
    );
  }

  private async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) this.text += decoder.decode(chunk);
    this.isEnded = true;
  }
}

describe("an announcement", () => {
  test("reaches the subscribers of its project when the transaction commits, and nobody else", async () => {
    await listening();
    const heard: Record<string, string[]> = { a: [], b: [] };
    const stops = ["a", "b"].map((name) =>
      subscribe(`prj_${name}`, (event) => heard[name]?.push(event.kind)),
    );
    await db()
      .transaction(async (tx) => {
        await announce(tx, { kind: "deployment", project: "prj_a" });
        throw new Error("rolled back");
      })
      .catch(() => undefined);
    await db().transaction((tx) =>
      announce(tx, { kind: "push", project: "prj_a", app: "app_1" }, { kind: "app", project: "prj_b" }),
    );
    await expect.poll(() => heard, WAIT).toEqual({ a: ["push"], b: ["app"] });
    for (const stop of stops) stop();
  });

  test("that is none of ours is not heard", () => {
    for (const payload of [
      "",
      "x",
      "null",
      "[]",
      '{"kind":"deployment"}',
      '{"kind":"x","project":"prj_1"}',
    ]) {
      expect(parseEvent(payload)).toBeNull();
    }
  });
});

describe("a tab's stream", () => {
  test("begins with when to come back, tells each event by kind and id, and stays alive", async () => {
    await listening();
    const tab = new Tab("prj_c");
    await announce(db(), { kind: "log", project: "prj_c", app: "app_1", deployment: "dep_1" });
    const data = '{"kind":"log","project":"prj_c","app":"app_1","deployment":"dep_1"}';
    await expect.poll(() => tab.text, WAIT).toContain(`\nevent: log\ndata: ${data}\n\n`);
    expect(tab.text).toMatch(/^id: 1$/m);
    expect(tab.text.startsWith("retry: 1000\n\n")).toBe(true);
    await expect.poll(() => tab.text, WAIT).toContain(": still here\n\n");
    tab.gone.abort();
    await expect.poll(() => tab.isEnded, WAIT).toBe(true);
  });

  test("ends within its next look when the session or the role has ended", async () => {
    let isAllowed = true;
    const tab = new Tab("prj_d", { isAllowed: async () => isAllowed, recheckMs: 20 });
    await expect.poll(() => tab.text, WAIT).toContain(": still here");
    expect(tab.isEnded).toBe(false);
    isAllowed = false;
    await expect.poll(() => tab.isEnded, WAIT).toBe(true);
  });

  test("ends at once when the project's members changed and this person is none any more", async () => {
    await listening();
    const tab = new Tab("prj_e", { isAllowed: async () => false });
    await announce(db(), { kind: "members", project: "prj_e" });
    await expect.poll(() => tab.isEnded, WAIT).toBe(true);
  });

  test("ends when it cannot be known whether it may go on", async () => {
    const tab = new Tab("prj_f", {
      isAllowed: () => Promise.reject(new Error("no database")),
      recheckMs: 20,
    });
    await expect.poll(() => tab.isEnded, WAIT).toBe(true);
  });

  test("ends when its reader stops reading, instead of filling the memory", async () => {
    await listening();
    const before = openStreams().size;
    const isAllowed = async () => true;
    eventStream({ projectId: "prj_h", isAllowed, signal: new AbortController().signal });
    expect(openStreams().size).toBe(before + 1);
    const many = Array.from({ length: 600 }, () => ({ kind: "log", project: "prj_h" }) as const);
    await announce(db(), ...many.map((event, n) => ({ ...event, app: String(n) })));
    await expect.poll(() => openStreams().size, WAIT).toBe(before);
  });

  test("is closed by a shutdown and leaves nothing behind", async () => {
    const before = openStreams().size;
    const tabs = [new Tab("prj_g"), new Tab("prj_g")];
    expect(openStreams().size).toBe(before + 2);
    for (const stream of openStreams()) stream.close();
    await expect.poll(() => tabs.every(({ isEnded }) => isEnded), WAIT).toBe(true);
    expect(openStreams().size).toBe(0);
  });
});

import { createSecretKey, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { newMasterKey } from "@/lib/testing/keyrings";
import type { MasterKeys, WrapContext } from "@/lib/vault/wrapper";
import { masterKeyWrapper } from "@/lib/vault/wrapper";

const dataKey = createSecretKey(randomBytes(32));
const context: WrapContext = { dataKeyId: "dek_1", purpose: "project", projectId: "prj_1" };
const one = newMasterKey();
const two = newMasterKey();

describe("a wrapped data key", () => {
  const wrapper = masterKeyWrapper(() => ({ current: one, previous: [] }));

  test("opens with its master key, in its place", async () => {
    const wrapped = await wrapper.wrap(dataKey, context);
    expect(wrapped.fingerprint).toBe(one.fingerprint);
    expect((await wrapper.unwrap(wrapped, context)).export()).toEqual(dataKey.export());
  });

  test.each([
    ["row", { ...context, dataKeyId: "dek_2" }],
    ["project", { ...context, projectId: "prj_2" }],
    ["purpose", { ...context, purpose: "instance" as const }],
    ["owner", { ...context, projectId: null }],
  ])("does not open when it was copied to another %s", async (_what, elsewhere) => {
    const wrapped = await wrapper.wrap(dataKey, context);
    await expect(wrapper.unwrap(wrapped, elsewhere)).rejects.toMatchObject({ code: "tampered" });
  });

  test("does not open when any character of it was changed", async () => {
    const { wrapped, fingerprint } = await wrapper.wrap(dataKey, context);
    for (let at = 0; at < wrapped.length; at += 1) {
      const changed = wrapped.slice(0, at) + (wrapped[at] === "A" ? "B" : "A") + wrapped.slice(at + 1);
      await expect(wrapper.unwrap({ wrapped: changed, fingerprint }, context)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:tampered|malformed)$/),
      });
    }
    for (const changed of ["", wrapped.slice(0, -1), `${wrapped}A`, `${wrapped}\n`, ` ${wrapped}`]) {
      await expect(wrapper.unwrap({ wrapped: changed, fingerprint }, context)).rejects.toMatchObject({
        code: "malformed",
      });
    }
  });

  test("names the master key that it wants when that one is not there", async () => {
    const wrapped = await masterKeyWrapper(() => ({ current: two, previous: [] })).wrap(dataKey, context);
    const error = await wrapper.unwrap(wrapped, context).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "key_unavailable" });
    expect(String(error)).toContain(`wrapped by the master key ${two.fingerprint}`);
    expect(String(error)).toContain(`was given ${one.fingerprint}`);
  });

  test("does not open with another key that claims its fingerprint", async () => {
    const wrapped = await wrapper.wrap(dataKey, context);
    const impostor = masterKeyWrapper(() => ({
      current: { ...two, fingerprint: one.fingerprint },
      previous: [],
    }));
    await expect(impostor.unwrap(wrapped, context)).rejects.toMatchObject({ code: "tampered" });
  });
});

test("a running process follows a rotation: it looks for new master keys before it gives up, and before it wraps", async () => {
  let keys: MasterKeys = { current: one, previous: [] };
  const running = masterKeyWrapper(() => keys);
  const rotator = masterKeyWrapper(() => ({ current: two, previous: [one] }));
  const wrapped = await rotator.wrap(dataKey, context);
  await expect(running.unwrap(wrapped, context)).rejects.toMatchObject({ code: "key_unavailable" });
  keys = { current: two, previous: [one] };
  expect(await running.current()).toBe(two.fingerprint);
  expect((await running.unwrap(wrapped, context)).export()).toEqual(dataKey.export());
  expect((await running.wrap(dataKey, context)).fingerprint).toBe(two.fingerprint);
  expect(await running.known()).toEqual([two.fingerprint, one.fingerprint]);
});

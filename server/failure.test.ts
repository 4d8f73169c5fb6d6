import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { answerFailure } from "@/server/failure";

const said = vi.spyOn(console, "error");
const stops: (() => void)[] = [];
afterEach(() => {
  said.mockClear();
  for (const stop of stops.splice(0)) stop();
});

async function failing(fail: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_request, response) => fail(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a failure is answered with the id it is logged under, and is printed past the redactor nowhere", async () => {
  const url = await failing((response) =>
    answerFailure(response, new Error("token gho_0123456789abcdefghij")),
  );
  const answer = await fetch(url);
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(text).toMatch(/ error [0-9a-f]{10}\.\n$/);
  expect(text).not.toContain("gho_");
  expect(said).not.toHaveBeenCalled();
});

test("an answer that had begun is cut off", async () => {
  const url = await failing((response) => {
    response.write("half");
    answerFailure(response, new Error("late"));
  });
  await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
});

import { expect, test } from "vitest";
import { environmentInstanceId } from "@/lib/instances/instance-id";
import { describeDemo } from "./demo/block.mjs";
import { addresses } from "./demo/settings.mjs";

const ports = { console: 3000, sites: 4000, forge: 4100, registry: 4101, gitlab: 4102 };

test("the first address on localhost that the demo prints is the console's", () => {
  const text = describeDemo({
    ...addresses(ports),
    link: "http://localhost:3000/sign-in/link?token=a",
    ports,
  });
  expect(text.match(/http:\/\/localhost:\d+\S*/)?.[0]).toBe("http://localhost:3000");
  expect(text).toContain("git clone ");
  expect(text).toContain("git push");
});

test("the demo registers the callback that the console will use", () => {
  const { forgeUrl, callbackUrl } = addresses(ports);
  const id = environmentInstanceId("github", forgeUrl);
  expect(callbackUrl).toBe(`http://localhost:3000/api/integrations/${id}/callback`);
});

import { expect, it } from "vitest";
import { activeHref } from "./active-href";

const tabs = ["/p/1/apps/2", "/p/1/apps/2/deployments", "/p/1/apps/2/settings"];

it("marks the tab whose page contains the present one", () => {
  expect(activeHref("/p/1/apps/2", tabs)).toBe("/p/1/apps/2");
  expect(activeHref("/p/1/apps/2/deployments/dep_1", tabs)).toBe("/p/1/apps/2/deployments");
  expect(activeHref("/p/1/apps/2/settings/git", tabs)).toBe("/p/1/apps/2/settings");
});

it("does not take an address that only begins with the same letters", () => {
  expect(activeHref("/p/1/apps/22", tabs)).toBeUndefined();
});

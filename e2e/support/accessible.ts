import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";
import type { AxeResults, RunOptions } from "axe-core";

/** Small enough to be read by the browser in no time, which the readable one is not. */
const AXE = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const EVERYTHING: RunOptions["runOnly"] = { type: "tag", values: TAGS };
const CONTRAST: RunOptions["runOnly"] = { type: "rule", values: ["color-contrast"] };

/** No accessibility violation on what is on screen; in dark, where nothing but the colours differs, none of contrast. */
export async function expectAccessible(page: Page): Promise<void> {
  await expectNoViolation(page, "light", EVERYTHING);
  await expectNoViolation(page, "dark", CONTRAST);
}

/** At the width of a small telephone nothing scrolls sideways, and it is accessible there too. */
export async function expectFits(page: Page): Promise<void> {
  await page.setViewportSize({ width: 360, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, `${page.url()} at 360 px`).toBeLessThanOrEqual(360);
  await expectNoViolation(page, "light", EVERYTHING);
  await page.setViewportSize({ width: 1440, height: 1000 });
}

type WithAxe = { axe?: { run(context: Document, options: RunOptions): Promise<AxeResults> } };

async function expectNoViolation(
  page: Page,
  theme: "light" | "dark",
  runOnly: RunOptions["runOnly"],
): Promise<void> {
  if (!(await page.evaluate(() => "axe" in window))) {
    // A page keeps both until it is left; there are no frames.
    await page.evaluate(AXE);
    await page.evaluate(holdStill);
  }
  await page.evaluate((name) => {
    document.documentElement.classList.toggle("dark", name === "dark");
    document.documentElement.classList.toggle("light", name === "light");
  }, theme);
  const found = await page.evaluate(async (only) => {
    // What is right would be described as closely as what is wrong, which takes most of the time.
    const options = { runOnly: only, resultTypes: ["violations"] } as RunOptions;
    const results = await (window as WithAxe).axe?.run(document, options);
    if (!results || results.passes.length === 0) return ["Nothing was looked at."];
    return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  }, runOnly);
  expect(found, `${theme}: ${page.url()}`).toEqual([]);
}

/** A change of the theme is there at once: for the length of a frame each element would still have the colours of the other. */
function holdStill(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { transition: none !important }");
  document.adoptedStyleSheets.push(sheet);
}

import { existsSync, readFileSync } from "node:fs";

/** @typedef {{ passed: number, failed: number }} Counts */

/** A check counts as one. @returns {Counts} */
export const countCheck = (code) => (code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/** @returns {Counts} from the JSON report of Vitest */
export function countVitest(file, code) {
  return atLeastOneFailure(
    code,
    readReport(file, (report) => [report.numPassedTests, report.numFailedTests]),
  );
}

/** @returns {Counts} from the JSON report of Playwright */
export function countPlaywright(file, code) {
  const counts = readReport(file, ({ stats }) => [stats.expected + stats.flaky, stats.unexpected]);
  return atLeastOneFailure(code, counts);
}

function readReport(file, choose) {
  if (!existsSync(file)) return { passed: 0, failed: 0 };
  const [passed, failed] = choose(JSON.parse(readFileSync(file, "utf8")));
  return { passed, failed };
}

/** A run can fail without a failed test: a file that does not load, an error after the end, a crash. */
const atLeastOneFailure = (code, { passed, failed }) => ({
  passed,
  failed: code === 0 ? failed : Math.max(1, failed),
});

export const sum = (all) =>
  all.reduce((total, one) => ({ passed: total.passed + one.passed, failed: total.failed + one.failed }), {
    passed: 0,
    failed: 0,
  });

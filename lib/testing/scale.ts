/**
 * How often a generated test runs: `few` times in `npm test`, `many` in `npm run test:long`, which sets TEST_LONG.
 */
export const scaled = (few: number, many: number): number => (process.env.TEST_LONG ? many : few);

import type { NextConfig } from "next";

/** Tests build into a folder of their own, so that a running console is not disturbed. */
const distDir = process.env.NEXT_DIST_DIR ?? ".next";

const config: NextConfig = {
  distDir,
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm test`. A build needs none of the tools to develop, and Next leaves a config that extends alone.
  typescript: { tsconfigPath: "tsconfig.build.json", ignoreBuildErrors: true },
  serverExternalPackages: ["pg", "pino"],
  // Metadata comes with its page for everybody, not after it: what streams is taken away at each refresh until its like
  // has come, and a tab had no title for a third of a second.
  htmlLimitedBots: /.*/,
  experimental: { serverActions: { bodySizeLimit: "1mb" } },
};

export default config;

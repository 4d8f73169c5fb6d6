import type { NextConfig } from "next";

/** Tests build into a folder of their own, so that a running console is not disturbed. */
const distDir = process.env.NEXT_DIST_DIR ?? ".next";

const config: NextConfig = {
  distDir,
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ["pg", "pino"],
  experimental: { serverActions: { bodySizeLimit: "1mb" } },
};

export default config;

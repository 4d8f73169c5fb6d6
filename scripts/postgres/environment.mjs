/** The server's programs get nothing of our environment: it may hold the master key and a client secret. */
export const SERVER_ENVIRONMENT = { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** The GitHub Enterprise Server release whose REST description the answers follow. */
export const SERVER_VERSION = "3.19.0";

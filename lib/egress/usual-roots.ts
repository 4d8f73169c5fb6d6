import { rootCertificates } from "node:tls";

/** The certificates that Node trusts by itself, as one PEM text, for a program that replaces its list instead of adding to it. */
export const usualRoots = (): string => `${rootCertificates.join("\n")}\n`;

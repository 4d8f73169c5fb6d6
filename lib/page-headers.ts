export type PageSecurity = {
  nonce: string;
  /** Origins that a form of ours may lead to by redirect: the provider instances'. */
  formOrigins: readonly string[];
  isSecure: boolean;
  /** React needs `eval` while developing, and only then. */
  isDevelopment: boolean;
};

/**
 * What a page may load and where it may lead. Scripts run only with this response's nonce. `style-src` keeps 'unsafe-inline'
 * because server-rendered style attributes cannot carry a nonce. `form-action` lists the provider instances because Chrome
 * applies it to the redirect that follows a form, too.
 */
export function contentSecurityPolicy({ nonce, formOrigins, isSecure, isDevelopment }: PageSecurity): string {
  const directives = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    ["form-action 'self'", ...formOrigins.filter(isOrigin)].join(" "),
    "frame-ancestors 'none'",
    ...(isSecure ? ["upgrade-insecure-requests"] : []),
  ];
  return directives.join("; ");
}

/** Only what is exactly an origin goes into the header: nothing typed by a person can add a directive. */
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

/** The headers of every page. */
export function pageHeaders(security: PageSecurity): Record<string, string> {
  return {
    "content-security-policy": contentSecurityPolicy(security),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    ...(security.isSecure ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}

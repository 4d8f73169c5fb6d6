import { describe, expect, test } from "vitest";
import { contentSecurityPolicy, pageHeaders } from "@/lib/page-headers";

const plain = { nonce: "n0nce", formOrigins: [], isSecure: false, isDevelopment: false };

const directive = (policy: string, name: string) =>
  policy.split("; ").find((part) => part.startsWith(`${name} `));

describe("the policy of a page", () => {
  test("runs no script without this response's nonce", () => {
    const scripts = directive(contentSecurityPolicy(plain), "script-src");
    expect(scripts).toBe("script-src 'self' 'nonce-n0nce' 'strict-dynamic'");
  });

  test("lets forms lead to the provider instances and nowhere else", () => {
    const formOrigins = ["https://github.com", "http://127.0.0.1:4400"];
    expect(directive(contentSecurityPolicy({ ...plain, formOrigins }), "form-action")).toBe(
      "form-action 'self' https://github.com http://127.0.0.1:4400",
    );
  });

  test("takes nothing but origins into the header", () => {
    const formOrigins = [
      "https://a.example; script-src *",
      "https://a.example/path",
      "*",
      "javascript:alert(1)",
    ];
    expect(contentSecurityPolicy({ ...plain, formOrigins })).toBe(contentSecurityPolicy(plain));
  });

  test("cannot be framed", () => {
    expect(directive(contentSecurityPolicy(plain), "frame-ancestors")).toBe("frame-ancestors 'none'");
  });

  test("asks for https for good only where the console is reached by https", () => {
    expect(pageHeaders(plain)).not.toHaveProperty("strict-transport-security");
    expect(pageHeaders({ ...plain, isSecure: true })).toHaveProperty("strict-transport-security");
  });
});

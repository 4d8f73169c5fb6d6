import { json, type Reply } from "@/e2e/forge/http/reply";

const DOCS = "https://docs.github.com/rest";

export interface ValidationItem {
  resource: string;
  code: string;
  field?: string;
  message?: string;
}

/** An error answer in GitHub's shape; thrown by handlers. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: ValidationItem[],
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  toReply(): Reply {
    const body = {
      message: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      documentation_url: DOCS,
      status: String(this.status),
    };
    return json(this.status, body, this.headers);
  }
}

export const notFound = () => new RestError(404, "Not Found");
export const needsAuthentication = () => new RestError(401, "Requires authentication");
export const badCredentials = () => new RestError(401, "Bad credentials");
export const notForIntegration = () => new RestError(403, "Resource not accessible by integration");
export const validationFailed = (...errors: ValidationItem[]) =>
  new RestError(422, "Validation Failed", errors);

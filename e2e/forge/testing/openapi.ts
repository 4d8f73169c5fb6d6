import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv, { type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

/**
 * GitHub's own description of its REST interface, as a judge of requests and answers. Read once for each
 * test file; only the schemas that are asked for are compiled.
 */

type Operation = {
  requestBody?: { content?: Record<string, { schema?: unknown }> };
  responses: Record<string, Response>;
};
type Response = { $ref?: string; content?: Record<string, { schema?: unknown }> };
type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Response> };
};

export interface Judge {
  /** Sentences that say what is wrong; none when the answer is as described. */
  response(method: string, path: string, status: number, body: unknown): string[];
  request(method: string, path: string, body: unknown): string[];
}

/** `path` is below the API's base and may have a query. `name` is a file of @octokit/openapi. */
export function openJudge(name: "api.github.com" | "ghes-3.19"): Judge {
  const description = readDescription(name);
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats(ajv);
  ajv.addFormat("int64", true);
  ajv.addSchema({ $id: "github", ...description });
  const compiled = new Map<string, ValidateFunction>();

  const check = (pointer: string, value: unknown): string[] => {
    let validate = compiled.get(pointer);
    if (!validate) {
      validate = ajv.compile({ $ref: `github#${pointer}` });
      compiled.set(pointer, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${error.instancePath || "the body"} ${error.message}`);
  };

  return {
    response(method, path, status, body) {
      const template = findTemplate(description, method, path);
      if (!template) return [`${method} ${path} is not described`];
      const own = `/paths/${pointerPart(template)}/${method.toLowerCase()}/responses/${status}`;
      const found = description.paths[template]?.[method.toLowerCase()]?.responses[status];
      if (!found) return [`${status} is not described for ${method} ${template}`];
      const shared = found.$ref?.split("/").at(-1);
      const response = shared ? description.components.responses[shared] : found;
      if (!response?.content?.["application/json"]?.schema) {
        return body === null ? [] : [`${status} of ${method} ${template} has no body`];
      }
      const pointer = shared ? `/components/responses/${shared}` : own;
      return check(`${pointer}/content/application~1json/schema`, body);
    },
    request(method, path, body) {
      const template = findTemplate(description, method, path);
      if (!template) return [`${method} ${path} is not described`];
      const operation = description.paths[template]?.[method.toLowerCase()];
      if (!operation?.requestBody?.content?.["application/json"]?.schema) {
        return body === null ? [] : [`${method} ${template} takes no body`];
      }
      const own = `/paths/${pointerPart(template)}/${method.toLowerCase()}/requestBody`;
      return check(`${own}/content/application~1json/schema`, body);
    },
  };
}

function readDescription(name: string): Description {
  const root = createRequire(import.meta.url)
    .resolve("@octokit/openapi/package.json")
    .replace(/package\.json$/, "");
  const text = readFileSync(`${root}generated/${name}.json`, "utf8");
  return JSON.parse(text, (_, value) => withoutBareNullable(value)) as Description;
}

/** OpenAPI's `nullable` beside `anyOf` and the like, which JSON Schema does not know, as an alternative. */
function withoutBareNullable(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("nullable" in value) || "type" in value) return value;
  const { nullable, ...rest } = value;
  return nullable === true ? { anyOf: [{ type: "null" }, rest] } : rest;
}

/** The described path that fits; one with fewer placeholders wins. A last placeholder may hold slashes. */
function findTemplate(description: Description, method: string, path: string): string | undefined {
  const asked = path.split("?")[0] ?? path;
  const fits = Object.keys(description.paths).filter(
    (template) => description.paths[template]?.[method.toLowerCase()] && expression(template).test(asked),
  );
  return fits.sort((a, b) => placeholders(a) - placeholders(b) || b.length - a.length)[0];
}

function expression(template: string): RegExp {
  const source = template
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(/\{(ref|path|branch|basehead)\}/g, "(.+)")
    .replace(/\{[^}]+\}/g, "[^/]+");
  return new RegExp(`^${source}$`);
}

function placeholders(template: string): number {
  return template.split("{").length;
}

function pointerPart(template: string): string {
  return encodeURIComponent(template.replaceAll("~", "~0").replaceAll("/", "~1"));
}

/** A route table: `:name` is one segment, `*name` the rest of the path with its slashes. */

export interface Match<T> {
  target: T;
  params: Record<string, string>;
}

export interface Routes<T> {
  add(method: string, pattern: string, target: T): void;
  /** The first route that fits; `"method"` when only the method does not. */
  match(method: string, path: string): Match<T> | "method" | null;
}

interface Compiled<T> {
  method: string;
  expression: RegExp;
  names: string[];
  target: T;
}

export function makeRoutes<T>(): Routes<T> {
  const routes: Compiled<T>[] = [];
  return {
    add(method, pattern, target) {
      routes.push({ method, ...compile(pattern), target });
    },
    match(method, path) {
      let otherMethod = false;
      for (const route of routes) {
        const found = route.expression.exec(path);
        if (!found) continue;
        if (route.method !== method && !(method === "HEAD" && route.method === "GET")) {
          otherMethod = true;
          continue;
        }
        const params = readParams(route.names, found);
        if (params) return { target: route.target, params };
      }
      return otherMethod ? "method" : null;
    },
  };
}

function compile(pattern: string): { expression: RegExp; names: string[] } {
  const names: string[] = [];
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/([:*])([a-z_]+)/gi, (_, kind, name) => {
      names.push(name);
      return kind === "*" ? "(.+)" : "([^/]+)";
    });
  return { expression: new RegExp(`^${source}/?$`), names };
}

function readParams(names: string[], found: RegExpExecArray): Record<string, string> | null {
  const params: Record<string, string> = {};
  try {
    names.forEach((name, index) => {
      params[name] = decodeURIComponent(found[index + 1] ?? "");
    });
    return params;
  } catch {
    return null;
  }
}

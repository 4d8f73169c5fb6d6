import { AuthorizationFailed } from "@/lib/integrations/authorization/failed";

/** What a provider sends back [RFC 6749 section 4.1.2, RFC 9207]: a code or an error, and our state. */
export type Callback = { state: string; issuer: string | null } & (
  | { code: string; error: null }
  | { code: null; error: string }
);

const STATE = /^[A-Za-z0-9_-]{43}$/;
const CODE = /^[\x21-\x7e]{1,1024}$/;

/** Reads the parameters of a callback. A parameter that comes twice, or in brackets, ends it: nobody guesses which one counts. */
export function readCallback(params: URLSearchParams): Callback {
  const names = [...params.keys()];
  const isPlain = new Set(names).size === names.length && names.every((name) => /^[a-z_]{1,40}$/.test(name));
  const state = params.get("state");
  if (!isPlain || state === null || !STATE.test(state)) throw new AuthorizationFailed("state");
  const issuer = params.get("iss");
  const [code, error] = [params.get("code"), params.get("error")];
  if (error !== null && code === null) return { state, issuer, code: null, error };
  if (code === null || error !== null || !CODE.test(code)) throw new AuthorizationFailed("state");
  return { state, issuer, code, error: null };
}

/** The state alone, to find out which project's page to return to; null when there is none that could be ours. */
export function stateOf(params: URLSearchParams): string | null {
  const state = params.get("state");
  return params.getAll("state").length === 1 && state !== null && STATE.test(state) ? state : null;
}

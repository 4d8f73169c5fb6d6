import { z } from "zod";
import { type FieldErrors, invalid } from "@/lib/errors";

export type Input = Record<string, unknown>;

/** The fields of what was sent: a form's or an object's own, without those that Next adds for itself. */
export function fieldsOf(sent: unknown): Input {
  if (sent instanceof FormData) return formFields(sent);
  if (typeof sent !== "object" || sent === null || Array.isArray(sent)) return {};
  return { ...sent };
}

/** A name that is sent twice becomes a list, which a schema that wants one text refuses. */
function formFields(form: FormData): Input {
  const names = [...new Set(form.keys())].filter((name) => !name.startsWith("$ACTION_"));
  return Object.fromEntries(
    names.map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

/** Checks input against a schema; keys that the schema does not name are refused. Throws `invalid` with a sentence for each field. */
export function parseInput<S extends z.ZodType>(schema: S, input: Input): z.output<S> {
  const strict = schema instanceof z.ZodObject ? schema.strict() : schema;
  const parsed = strict.safeParse(input, { error: sentence });
  if (parsed.success) return parsed.data as z.output<S>;
  const fields = fieldErrors(parsed.error);
  const messages = Object.values(fields);
  const only = messages.length === 1 ? messages[0] : undefined;
  throw invalid(only ?? `${messages.length} fields need another look.`, fields);
}

function fieldErrors(error: z.ZodError): FieldErrors {
  const fields: FieldErrors = {};
  for (const issue of error.issues) {
    const name = issue.path.length > 0 ? issue.path.join(".") : "form";
    fields[name] ??= issue.message;
  }
  return fields;
}

/** What to say where a schema says nothing itself. */
const sentence: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined || issue.input === "" ? "Fill this in." : "This cannot be used here.";
    case "too_small":
      if (issue.origin !== "string") return `At least ${issue.minimum}.`;
      return issue.minimum === 1 ? "Fill this in." : `At least ${issue.minimum} characters.`;
    case "too_big":
      return issue.origin === "string" ? `At most ${issue.maximum} characters.` : `At most ${issue.maximum}.`;
    case "unrecognized_keys":
      return `This form does not know ${issue.keys.join(", ")}. Load the page again.`;
    default:
      return "This cannot be used here.";
  }
};

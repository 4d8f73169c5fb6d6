export { redactText } from "@/lib/redact/redact";
export { redactor } from "@/lib/redact/registry";
export { createStreamRedactor, type StreamRedactor } from "@/lib/redact/stream";

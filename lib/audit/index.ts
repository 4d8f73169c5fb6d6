export type { Actor } from "@/lib/access";
export { type EventWords, eventSentence } from "@/lib/audit/event-sentence";
export type { Facts } from "@/lib/audit/facts";
export { type AuditEventView, type AuditPage, listEvents } from "@/lib/audit/list";
export { type AuditEvent, INSTANCE_CHAIN, record } from "@/lib/audit/record";
export { type ChainProblem, type Verification, verifyChain } from "@/lib/audit/verify";

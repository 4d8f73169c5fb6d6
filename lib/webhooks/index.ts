export type { Outcome } from "@/lib/webhooks/outcome";
export { type Call, type ReadBody, receiveWebhook } from "@/lib/webhooks/receive";

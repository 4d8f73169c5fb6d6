export type { Outcome } from "@/lib/webhooks/outcome";
export { type Call, receiveWebhook } from "@/lib/webhooks/receive";

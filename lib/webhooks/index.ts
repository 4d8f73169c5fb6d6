export type { Outcome } from "@/lib/webhooks/outcome";
export { type Call, type ReadBody, receiveWebhook } from "@/lib/webhooks/receive";
export { type InstanceCall, receiveInstanceWebhook } from "@/lib/webhooks/receive-instance";

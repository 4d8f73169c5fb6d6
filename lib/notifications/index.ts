export { listNotifications, summarizeNotifications } from "@/lib/notifications/list-notifications";
export { markAllRead, markRead, markReadSchema } from "@/lib/notifications/mark-read";
export { tellIncidents } from "@/lib/notifications/tell-incidents";
export type { NotificationPage, NotificationSummary, NotificationView } from "@/lib/notifications/views";

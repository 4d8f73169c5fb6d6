export { runDueMails } from "@/lib/mail/due-mails";
export { queueMail } from "@/lib/mail/queue-mail";
export { mailIsConfigured } from "@/lib/mail/settings";

export { runDueMails } from "@/lib/mail/due-mails";
export { forgetOldMails } from "@/lib/mail/forget-old";
export { queueMail } from "@/lib/mail/queue-mail";
export { mailIsConfigured } from "@/lib/mail/settings";

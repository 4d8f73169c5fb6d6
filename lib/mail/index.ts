export { runDueMails } from "@/lib/mail/due-mails";
export { forgetOldMails } from "@/lib/mail/forget-old";
export { queueMail } from "@/lib/mail/queue-mail";
export { resealMails } from "@/lib/mail/reseal";
export { mailIsConfigured } from "@/lib/mail/settings";

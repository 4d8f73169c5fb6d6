import type { IncidentView } from "@/lib/integrations/views";

/** One thing that an owner or admin was told. */
export type NotificationView = {
  id: string;
  projectId: string;
  projectName: string;
  kind: IncidentView["kind"];
  title: string;
  sentence: string;
  /** Where it can be mended. */
  href: string;
  apps: { id: string; name: string }[];
  at: Date;
  isRead: boolean;
  /** What became of it; null while somebody is still needed. */
  end: { at: Date; sentence: string } | null;
};

export type NotificationPage = {
  items: NotificationView[];
  /** Pass as `before` for older ones; null on the last page. */
  nextBefore: string | null;
};

/** What the bell shows. */
export type NotificationSummary = {
  /** Not read, and somebody is still needed. */
  unread: number;
  latest: NotificationView[];
};

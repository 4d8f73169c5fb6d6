export * from "@/db/schema/apps";
export * from "@/db/schema/deployments";
export * from "@/db/schema/integrations";
export * from "@/db/schema/notifications";
export * from "@/db/schema/people";
export * from "@/db/schema/pushes";
export * from "@/db/schema/vault";

"use server";

import { z } from "zod";
import { sessionAction } from "@/lib/action";
import { markAllRead, markReadSchema, markRead as markSeen } from "@/lib/notifications";

const revalidate = () => ["/notifications"];

export const markRead = sessionAction(markReadSchema, markSeen, { revalidate });
export const markEveryRead = sessionAction(z.object({}), markAllRead, { revalidate });

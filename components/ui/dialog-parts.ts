"use client";

import type * as Radix from "radix-ui/dialog";
import { createContext } from "react";

/** What stands inside of a dialog and closes it; it arrives with the opened dialog. */
export const DialogPartsContext = createContext<Pick<typeof Radix, "Close"> | null>(null);

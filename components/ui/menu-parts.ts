"use client";

import type * as Radix from "radix-ui/dropdown-menu";
import { createContext, useContext } from "react";

/** What a menu's entries are made of. It arrives with the opened menu, so that a closed one costs next to nothing. */
export type MenuParts = Pick<
  typeof Radix,
  "Item" | "RadioGroup" | "RadioItem" | "ItemIndicator" | "Separator" | "Label"
>;

export const MenuPartsContext = createContext<MenuParts | null>(null);

export function useMenuParts(): MenuParts {
  const parts = useContext(MenuPartsContext);
  if (!parts) throw new Error("A menu entry stands outside of a Menu.");
  return parts;
}

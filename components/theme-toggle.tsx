"use client";

import { Monitor, Moon, Sun, SunMoon } from "lucide-react";
import { useTheme } from "next-themes";
import { Button } from "@/components/ui/button";
import { Menu, MenuRadioGroup } from "@/components/ui/menu";

const options = [
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
  { value: "system", label: "As the system", icon: <Monitor aria-hidden /> },
];

/** Light, dark, or as the system has it. */
export function ThemeToggle() {
  return (
    <Menu
      trigger={
        <Button variant="ghost" square aria-label="Theme">
          <SunMoon aria-hidden />
        </Button>
      }
    >
      <ThemeChoice />
    </Menu>
  );
}

/** The same choice inside of another menu. */
export function ThemeChoice() {
  const { theme = "system", setTheme } = useTheme();
  return <MenuRadioGroup label="Theme" value={theme} onValueChange={setTheme} options={options} />;
}

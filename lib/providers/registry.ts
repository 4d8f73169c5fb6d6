import { github } from "@/lib/providers/github";
import type { SourceProvider } from "@/lib/providers/provider";

const SOURCE_PROVIDERS: readonly SourceProvider[] = [github];

/** The source provider of this id. Throws for an id that no release of the console ever wrote. */
export function sourceProvider(id: string): SourceProvider {
  const found = SOURCE_PROVIDERS.find((provider) => provider.id === id);
  if (!found) throw new Error(`There is no source provider "${id}".`);
  return found;
}

/** Every source provider, in the catalogue's order. */
export const sourceProviders = (): readonly SourceProvider[] => SOURCE_PROVIDERS;

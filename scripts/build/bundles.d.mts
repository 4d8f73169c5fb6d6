export function bundleProcesses(folder: string, wanted?: string[]): Promise<string[]>;

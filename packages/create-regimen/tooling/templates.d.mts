/** Ranges of all packages of the workspace and of its catalog, by name. */
export function versionRanges(): Record<string, string>

/** Writes all templates into a folder, which is emptied first. */
export function writeTemplates(folder: string): void

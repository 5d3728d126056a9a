/** The page `docs/packages.md`. */
export function packagesPage(): string

/** A README in which the table between its marks is up to date. */
export function withPackageList(readme: string): string

/** A README with its tables made of schemas. */
export function withOptionTables<Schema>(
  readme: string,
  schemaOf: (name: string) => Schema,
  rowsOf: (schema: Schema) => readonly object[],
): string

/** The names of the schemas whose tables a README has. */
export function optionTableNames(readme: string): string[]

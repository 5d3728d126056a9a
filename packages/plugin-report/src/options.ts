import { amount, type OptionFieldsOf, optionSchema, path, text } from '@regimen/core'

/** What `report` takes. */
export interface ReportOptions {
  /** The file, relative to `rootDir` unless absolute. Default: `report.html` in the folder of the run. */
  readonly path?: string
  /** Title of the page. Default: the name of the run. */
  readonly title?: string
  /** Seconds between two samples of processor and memory, which are logged as metrics; 0 for none. Default 10. */
  readonly machineSeconds?: number
}

/** The options of {@link ReportOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('report', {
  path: path()
    .otherwise("the run's folder")
    .describe('the file, relative to `rootDir` unless absolute; it is replaced'),
  title: text().otherwise('name of the run').describe('title of the page'),
  machineSeconds: amount()
    .from(0)
    .default(10)
    .describe(
      'seconds between two samples of processor and memory, logged as metrics; 0 for none',
    ),
} satisfies OptionFieldsOf<ReportOptions>)

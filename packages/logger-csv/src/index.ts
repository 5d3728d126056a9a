export { csvLogger, csvLogger as default } from './csv-logger.js'
export type { CsvLoggerOptions, CsvSettings } from './options.js'

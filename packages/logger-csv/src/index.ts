export { csvLogger, csvLogger as default } from './csv-logger.js'
export { type CsvLoggerOptions, type CsvSettings, options } from './options.js'

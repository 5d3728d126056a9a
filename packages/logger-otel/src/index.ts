export { type OtelOptions, options } from './options.js'
export { type OtelHandle, otelLogger, otelLogger as default } from './otel-logger.js'

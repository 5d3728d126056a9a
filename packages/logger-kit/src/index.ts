export type { Counts } from './delivery/report.js'
export { Redactor, secretsAround } from './http/redactor.js'
export { fileFields, loggerFields } from './plugin/common-options.js'
export type { LoggerDefinition, LoggerOptions } from './plugin/definition.js'
export { loggerPlugin } from './plugin/logger-plugin.js'
export { logModelGraph } from './plugin/model-graph.js'
export { hurryAll, type LoggerHandle } from './plugin/service.js'
export { flatten } from './record/flatten.js'
export type { BackPressure } from './record/record-queue.js'
export type {
  ArtifactRecord,
  Capabilities,
  CloseContext,
  FoundSecrets,
  GraphRecord,
  HistogramRecord,
  ImageRecord,
  LoggerFetch,
  LoggerRequest,
  LogWriter,
  MetricRecord,
  OpenContext,
  OpenResult,
  OtherRecord,
  ParameterRecord,
  Rate,
  RecordKind,
  Rejection,
  RunStatus,
  TextRecord,
  WriteResult,
  WriterFactory,
  WriterRecord,
  WriterSetup,
  WriterState,
} from './writer/index.js'
export { defineWriter, isLoggerError, LoggerError, Secret } from './writer/index.js'

export type {
  Capabilities,
  CloseContext,
  FoundSecrets,
  LoggerFetch,
  LoggerRequest,
  LogWriter,
  OpenContext,
  OpenResult,
  Rate,
  Rejection,
  RunStatus,
  WriteResult,
  WriterFactory,
  WriterSetup,
  WriterState,
} from './log-writer.js'
export { defineWriter } from './log-writer.js'
export {
  type FailureDetails,
  type FailureKind,
  isLoggerError,
  LoggerError,
  messageOf,
} from './logger-error.js'
export type {
  ArtifactRecord,
  GraphRecord,
  HistogramRecord,
  ImageRecord,
  MetricRecord,
  OtherRecord,
  ParameterRecord,
  RecordBase,
  RecordKind,
  StoredFile,
  TextRecord,
  WriterRecord,
} from './records.js'
export { Secret } from './secret.js'

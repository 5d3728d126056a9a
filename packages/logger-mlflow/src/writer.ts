import { defineWriter } from '@regimen/logger-kit/writer'
import { credentialsIn } from './credentials.js'
import { MlflowWriter } from './mlflow-writer.js'
import type { MlflowSettings } from './settings.js'

/** Delivers the records of a run to an MLflow tracking server. */
export const writer = defineWriter<MlflowSettings>(
  (settings, { secrets }) => new MlflowWriter(settings, secrets.authorization),
  {
    address: ({ url }) => url,
    secrets: () => credentialsIn(process.env),
    keyAdvice: (address) =>
      `set MLFLOW_TRACKING_URI to ${address}, and MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, to its keys`,
  },
)

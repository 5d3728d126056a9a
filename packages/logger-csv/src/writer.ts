import { defineWriter } from '@regimen/logger-kit/writer'
import { CsvWriter } from './csv-writer.js'
import type { CsvSettings } from './options.js'

/** Writes records to `metrics.csv`, `metrics.jsonl` and `hparams.yaml`. */
export const writer = defineWriter<CsvSettings>((settings) => new CsvWriter(settings))

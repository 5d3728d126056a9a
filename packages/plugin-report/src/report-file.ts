import { dirname, join, resolve } from 'node:path'
import { makeFolder } from '@regimen/core/files'
import { claimFolder, logFolder, replaceFile } from '@regimen/logger-kit/files'

/** Where a report may go. */
export interface ReportPlace {
  readonly rootDir: string
  /** What the user asked for. */
  readonly path: string | undefined
  /** The folder of the run, if a logger has one. */
  readonly logDir: string | undefined
}

/**
 * Writes a report: to the path that is asked for, else to the folder of the run, else to a folder of its
 * own, `report/version_N`, so that no other run's report is replaced.
 *
 * @returns the path of the file
 * @throws the system's error
 */
export async function writeReport(html: string, place: ReportPlace): Promise<string> {
  const file = await pathOf(place)
  makeFolder(dirname(file))
  await replaceFile(file, html)
  return file
}

async function pathOf({ rootDir, path, logDir }: ReportPlace): Promise<string> {
  if (path !== undefined) return resolve(rootDir, path)
  if (logDir !== undefined) return join(logDir, 'report.html')
  const folder = await claimFolder(logFolder(resolve(rootDir), { name: 'report' }))
  return join(folder.path, 'report.html')
}

import { isAbsolute, relative } from 'node:path'
import type { Counts } from './counters.js'

/** Where the records of a run went, and where those wait that did not. */
export interface Places {
  /** Folder of the files that were written. */
  readonly logDir?: string | undefined
  /** Where a person finds the run. */
  readonly url?: string | undefined
  /** Folder of all runs. */
  readonly rootDir: string
}

/**
 * What a person is told at the end of a run: how many records went where, what was lost and why, and
 * what to do about those that wait.
 */
export function reportLine(counts: Counts, places: Places): string {
  return [sentSentence(counts, places), lostSentence(counts), leftSentence(counts, places)]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

function sentSentence(counts: Counts, { logDir, url }: Places): string {
  const { sent, retries, replayed, possibleDuplicates } = counts
  const place = logDir === undefined ? '' : ` to ${shortPath(logDir)}`
  const where = logDir === undefined && url !== undefined ? `: ${url}` : ''
  const details = [
    retries > 0 && `after ${many(retries, 'retry', 'retries')}`,
    replayed > 0 && `${number(replayed)} had waited on disk`,
    possibleDuplicates > 0 && `${number(possibleDuplicates)} may be there twice`,
  ].filter(Boolean)
  const more = details.length === 0 ? '' : ` (${details.join(', ')})`
  const verb = logDir === undefined ? 'delivered' : 'written'
  return `${records(sent)} ${verb}${place}${more}${where === '' ? '.' : where}`
}

function lostSentence({ rejected, dropped, coalesced, damaged }: Counts): string {
  const lost = rejected + dropped + coalesced + damaged
  const reasons = [
    rejected > 0 && `${number(rejected)} refused`,
    dropped > 0 && `${number(dropped)} for want of room`,
    coalesced > 0 && `${number(coalesced)} for a newer value`,
    damaged > 0 && `${number(damaged)} unreadable`,
  ].filter(Boolean)
  return lost === 0 ? '' : `${records(lost)} lost: ${reasons.join(', ')}.`
}

function leftSentence({ spooled, unconfirmed }: Counts, { rootDir }: Places): string {
  if (spooled === 0) return ''
  const isOne = spooled === 1
  const way = `${records(spooled)} ${isOne ? 'waits' : 'wait'} on disk: "regimen sync ${argument(shortPath(rootDir))}" delivers ${isOne ? 'it' : 'them'}.`
  if (unconfirmed === 0) return way
  return `${way} ${number(unconfirmed)} of them had no answer and may then be there twice.`
}

const number = (value: number): string => value.toLocaleString('en-US')
const many = (count: number, one: string, several: string): string =>
  `${number(count)} ${count === 1 ? one : several}`
const records = (count: number): string => many(count, 'record', 'records')

/** As seen from the current folder, where that is shorter. */
function shortPath(path: string): string {
  const seen = relative(process.cwd(), path) || '.'
  return isAbsolute(seen) || seen.startsWith('..') ? path : seen
}

/** A path as a shell takes it. */
const argument = (path: string): string => (/^[\w./\\:@+-]+$/.test(path) ? path : `'${path}'`)

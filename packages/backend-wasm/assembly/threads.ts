// Hands out the tasks of one launch to threads that run the same module on the same memory. The thread that
// launches takes part. A task is claimed by exchanging the ticket, which is the number of the launch and that
// of the next task: a thread that read an old ticket claims nothing.
import { runTask } from './launch'

// Words of the control block, each on a cache line of its own, in bytes from its beginning.
const TICKET: usize = 0
const DONE: usize = 64
const JOB: usize = 128
const SLEEPERS: usize = 192
const LAUNCHES: usize = 256
const WAITING: usize = 320

/** The next task of a ticket that is closed: nothing can be claimed. */
const CLOSED: i32 = i32.MAX_VALUE
/** Reads of a word before a thread sleeps: some 20 to 50 microseconds. */
const SPINS: i32 = 10000

/** Milliseconds of a clock. */
// @ts-ignore: decorators are AssemblyScript's
@external('env', 'now')
declare function now(): f64

let control: usize = 0
let threads: i32 = 1
let mayWait: bool = false

/**
 * Gives this thread the pool's control block, which begins with a closed ticket and zeros.
 * @param count threads in all
 * @param isAllowedToWait whether this thread may sleep: the main thread of a page may not
 */
export function setPool(place: usize, count: i32, isAllowedToWait: i32): void {
  control = place
  threads = count
  mayWait = isAllowedToWait != 0
}

/** Runs the tasks of a launch on all threads that are awake or wake up, and waits for the last. */
export function runTasks(op: i32, args: usize, tasks: i32): void {
  if (threads < 2 || tasks < 2 || isPaused()) {
    for (let task = 0; task < tasks; task++) runTask(op, args, task)
    return
  }
  const begun = now()
  const launch = atomic.load<i32>(control + LAUNCHES) + 1
  atomic.store<i32>(control + JOB, op)
  atomic.store<i32>(control + JOB + 4, <i32>args)
  atomic.store<i32>(control + JOB + 8, tasks)
  atomic.store<i32>(control + DONE, 0)
  atomic.store<i64>(control + TICKET, (<i64>launch) << 32)
  atomic.store<i32>(control + LAUNCHES, launch)
  const asleep = atomic.load<i32>(control + SLEEPERS)
  if (asleep > 0) atomic.notify(control + LAUNCHES, min(asleep, tasks - 1))
  let own = 0
  while (runNextTask()) own++
  atomic.store<i64>(control + TICKET, ((<i64>launch) << 32) | <i64>CLOSED)
  if (isDoneSoon(tasks)) return shorten()
  const idle = now()
  waitForAll(tasks)
  const perTask = (idle - begun) / <f64>max(own, 1)
  if (now() - idle > 2 * perTask + LONGEST_WAIT_MS) lengthen()
  else shorten()
}

// A thread that the system took off its core with a task in hand holds the others up for a whole time slice, as
// on a machine that is busy with something else. After such a wait launches stay on this thread for a while,
// twice as long each time, so that a busy machine costs little; when threads keep up again, they are back soon.

/** Milliseconds that a wait may be longer than two tasks take. */
const LONGEST_WAIT_MS: f64 = 0.5
const FIRST_PAUSE: i32 = 16
const LONGEST_PAUSE: i32 = 512

/** Launches until threads take part again. */
let pause: i32 = 0
/** The length of the latest pause, halved by each launch that went well. */
let backoff: i32 = 0

function isPaused(): bool {
  if (pause === 0) return false
  pause--
  return true
}

function lengthen(): void {
  backoff = min(max(2 * backoff, FIRST_PAUSE), LONGEST_PAUSE)
  pause = backoff
}

function shorten(): void {
  backoff >>= 1
}

/** Claims a task and runs it. @returns whether there was one */
function runNextTask(): bool {
  while (true) {
    const ticket = atomic.load<i64>(control + TICKET)
    const task = <i32>ticket
    const op = atomic.load<i32>(control + JOB)
    const args = <usize>atomic.load<u32>(control + JOB + 4)
    if (task == CLOSED || task >= atomic.load<i32>(control + JOB + 8)) return false
    if (atomic.cmpxchg<i64>(control + TICKET, ticket, ticket + 1) != ticket) continue
    runTask(op, args, task)
    atomic.add<i32>(control + DONE, 1)
    if (atomic.load<i32>(control + WAITING) != 0) atomic.notify(control + DONE, 1)
    return true
  }
}

/** Whether other threads end the tasks that they claimed while this one spins for a moment. */
function isDoneSoon(tasks: i32): bool {
  for (let spin = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(control + DONE) === tasks) return true
  }
  return false
}

/** Returns when other threads have ended the tasks that they claimed. */
function waitForAll(tasks: i32): void {
  if (!mayWait) {
    while (atomic.load<i32>(control + DONE) !== tasks) {}
    return
  }
  atomic.store<i32>(control + WAITING, 1)
  while (true) {
    const done = atomic.load<i32>(control + DONE)
    if (done === tasks) break
    atomic.wait<i32>(control + DONE, done, -1)
  }
  atomic.store<i32>(control + WAITING, 0)
}

/** The life of a thread of the pool: never returns. */
export function work(): void {
  while (true) {
    const seen = atomic.load<i32>(control + LAUNCHES)
    while (runNextTask()) {}
    let spin = 0
    while (spin < SPINS && atomic.load<i32>(control + LAUNCHES) == seen) spin++
    if (spin < SPINS) continue
    atomic.add<i32>(control + SLEEPERS, 1)
    atomic.wait<i32>(control + LAUNCHES, seen, -1)
    atomic.sub<i32>(control + SLEEPERS, 1)
  }
}

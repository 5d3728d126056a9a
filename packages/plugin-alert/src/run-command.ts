import { spawn } from 'node:child_process'
import { type AlertEvent, textOf } from './alert-event.js'

/** A program with its arguments. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
}

/**
 * Runs a program without a shell. It has the alert as JSON on standard input, and `REGIMEN_ALERT` and
 * `REGIMEN_ALERT_TEXT` in its environment.
 *
 * @throws Error if it cannot be started, fails or takes too long
 */
export function runCommand(
  { program, args }: Command,
  event: AlertEvent,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: {
        ...process.env,
        REGIMEN_ALERT: event.kind,
        REGIMEN_ALERT_TITLE: event.title,
        REGIMEN_ALERT_TEXT: textOf(event),
      },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      signal,
      windowsHide: true,
    })
    const name = JSON.stringify(program)
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(new Error(`${name} could not be run (${error.code ?? error.message})`)),
    )
    child.on('close', (code, killed) => {
      if (code === 0) done()
      else if (killed) fail(new Error(`${name} was ended by ${killed}`))
      else fail(new Error(`${name} ended with ${code}`))
    })
    // A program that does not read its input closes it: that is no fault.
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${JSON.stringify(event)}\n`)
  })
}

/** What shows a notice on the desktop of a platform; texts are arguments or in the environment, never code. */
export function desktopCommand(event: AlertEvent, platform = process.platform): Command {
  const [title, text] = [event.title, textOf(event)]
  if (platform === 'darwin') {
    const show = 'display notification (item 2 of argv) with title (item 1 of argv)'
    const script = ['on run argv', show, 'end run'].flatMap((line) => ['-e', line])
    return { program: 'osascript', args: [...script, title, text] }
  }
  if (platform === 'win32') {
    const script = [
      'Add-Type -AssemblyName System.Windows.Forms, System.Drawing',
      '$n = New-Object System.Windows.Forms.NotifyIcon',
      '$n.Icon = [System.Drawing.SystemIcons]::Information',
      '$n.Visible = $true',
      "$n.ShowBalloonTip(5000, $env:REGIMEN_ALERT_TITLE, $env:REGIMEN_ALERT_TEXT, 'Info')",
      'Start-Sleep -Seconds 5; $n.Dispose()',
    ].join('; ')
    return { program: 'powershell.exe', args: ['-NoProfile', '-Command', script] }
  }
  return { program: 'notify-send', args: ['--', title, text] }
}

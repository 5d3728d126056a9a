import type { Plugin } from 'esbuild'

export function pageModule(): Promise<string>
export const pagePlugin: Plugin
